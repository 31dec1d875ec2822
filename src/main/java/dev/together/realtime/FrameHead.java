package dev.together.realtime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;

/**
 * Reads of a text frame what an answer needs, the refs, the topic and the event, wherever they stand, and keeps nothing else of
 * it: for frames that are too large to be kept.
 */
class FrameHead {

    /** In the order of vsn 2.0.0, by the names of vsn 1.0.0. */
    private static final List<String> NAMES = List.of("\"join_ref\"", "\"ref\"", "\"topic\"", "\"event\"");
    private static final int LONGEST = FrameFormat.LONGEST_TOPIC + 2;

    private final @Nullable String[] parts = new @Nullable String[NAMES.size()];
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private int depth;
    private int part;
    private boolean isArray;
    private boolean isText;
    private boolean isEscaped;
    private boolean isValue;

    void read(ByteBuf bytes) {
        bytes.forEachByte(next -> {
            read(next);
            return true;
        });
    }

    /** As a JSON array {@code [join_ref, ref, topic, event]}, null for what is not there or longer than it may be. */
    String json() {
        return "[" + parts[0] + "," + parts[1] + "," + parts[2] + "," + parts[3] + "]";
    }

    private void read(byte next) {
        if (isText) {
            readText(next);
            return;
        }
        switch (next) {
            case '"' -> {
                isText = true;
                text.reset();
                keep(next);
            }
            case '[', '{' -> {
                isArray = depth == 0 ? next == '[' : isArray;
                isValue = depth == 0 ? isArray : isValue;
                depth++;
            }
            case ']', '}' -> depth--;
            case ',' -> next();
            case ':' -> name();
            default -> {
                // A number, a word or a space.
            }
        }
    }

    private void readText(byte next) {
        keep(next);
        if (isEscaped) {
            isEscaped = false;
        } else if (next == '\\') {
            isEscaped = true;
        } else if (next == '"') {
            isText = false;
            if (depth == 1 && isValue && part >= 0 && part < parts.length && text.size() <= LONGEST) {
                parts[part] = text.toString(StandardCharsets.UTF_8);
            }
        }
    }

    private void keep(byte next) {
        if (depth == 1 && text.size() <= LONGEST) {
            text.write(next);
        }
    }

    /** The next element of the array, or the name of the next member. */
    private void next() {
        if (depth == 1) {
            part++;
            isValue = isArray;
        }
    }

    private void name() {
        if (depth == 1 && !isArray) {
            part = NAMES.indexOf(text.toString(StandardCharsets.UTF_8));
            isValue = true;
        }
    }
}
