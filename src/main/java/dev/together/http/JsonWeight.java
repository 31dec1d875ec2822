package dev.together.http;

/**
 * How much memory JSON may take once it is read, found without reading it: its bytes a few times, and an object for each of
 * its values.
 */
class JsonWeight {

    /** More values than that are in no message, batch or broadcast; reading stops there as well. */
    static final int MOST_VALUES = 100_000;

    private static final int COPIES = 3;
    private static final int BYTES_A_VALUE = 64;

    private JsonWeight() {
    }

    static long of(int bytes, int values) {
        return (long) COPIES * bytes + (long) BYTES_A_VALUE * values;
    }

    /** How often something begins in it: a value, or what is in one. */
    static int values(byte[] json) {
        int values = 0;
        boolean isText = false;
        for (int at = 0; at < json.length; at++) {
            byte next = json[at];
            if (next == '"') {
                isText = !isText;
            } else if (isText) {
                at += next == '\\' ? 1 : 0;
            } else if (next == ',' || next == '[' || next == '{' || next == ':') {
                values++;
            }
        }
        return values;
    }
}
