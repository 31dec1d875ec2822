package dev.together.event;

import java.util.UUID;

/**
 * One order of events: those of one kind in one conversation.
 *
 * @param chatId the conversation
 * @param kind what is counted
 */
public record StreamId(UUID chatId, Kind kind) {

    /** What a conversation counts, each by itself; outbox and pods name it so, and {@link EventSource} has its events. */
    public enum Kind {

        MESSAGE("message", 1),
        CONVERSATION("conversation", 2),
        /** Edits and deletions of messages. */
        MESSAGE_CHANGE("message_change", 3),
        /** How far people have read: the newest of each counts, and no order. */
        READ_MARK("read_mark", 4);

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

        /**
         * The kind that a table spells so.
         *
         * @throws IllegalArgumentException where there is none, as a newer version may have written it
         */
        public static Kind of(String column) {
            for (var kind : values()) {
                if (kind.column.equals(column)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("No kind of event is called " + column);
        }

        /** The kind as pods write it to one another; never 0. */
        byte code() {
            return code;
        }

        /**
         * The kind that a pod writes so.
         *
         * @throws IndexOutOfBoundsException where there is none, as a newer version may have written it
         */
        static Kind of(byte code) {
            for (var kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IndexOutOfBoundsException("No kind of event has the code " + code);
        }
    }
}
