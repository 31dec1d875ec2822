package dev.together.event;

import java.util.UUID;

/**
 * The position of an event in the order of its conversation.
 *
 * @param chatId the conversation
 * @param kind what is counted
 * @param number 1, 2, 3 … without gaps, in commit order
 * @param at when it was committed, in milliseconds since 1970 by the database's clock
 * @param previousAt when its predecessor was committed, likewise;
 *        {@link #NOTHING_BEFORE} where nothing before it concerns whoever receives it
 * @param visibleAfter messages of the conversation up to this number do not concern the receiver any more;
 *        {@link #SAME_VISIBILITY} where
 *        the event does not change that
 */
public record EventPosition(UUID chatId, Kind kind, long number, long at, long previousAt, long visibleAfter) {

    public static final long NOTHING_BEFORE = 0;
    public static final long SAME_VISIBILITY = -1;

    /** The position of a message. */
    public static EventPosition ofMessage(UUID chatId, long number, long at, long previousAt) {
        return new EventPosition(chatId, Kind.MESSAGE, number, at, previousAt, SAME_VISIBILITY);
    }

    /** The two things that a conversation counts. */
    public enum Kind {

        MESSAGE("message", 1),
        CONVERSATION("conversation", 2);

        private final String column;
        private final byte code;

        Kind(String column, int code) {
            this.column = column;
            this.code = (byte) code;
        }

        /** The kind as tables spell it. */
        public String column() {
            return column;
        }

        /** The kind that a table spells so. */
        public static Kind of(String column) {
            return column.equals(MESSAGE.column) ? MESSAGE : CONVERSATION;
        }

        /** The kind as pods write it to one another; never 0. */
        byte code() {
            return code;
        }

        /**
         * The kind that a pod writes so.
         *
         * @throws IndexOutOfBoundsException where there is none
         */
        static Kind of(byte code) {
            if (code == MESSAGE.code) {
                return MESSAGE;
            }
            if (code == CONVERSATION.code) {
                return CONVERSATION;
            }
            throw new IndexOutOfBoundsException("No kind has the code " + code);
        }
    }
}
