package dev.together.http;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.google.errorprone.annotations.CanIgnoreReturnValue;

/** JSON with half a character in it, a surrogate without its other half: no UTF-8 has it, so nothing can keep or send it. */
class UnsoundText extends JsonMappingException {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_PATH = 200;

    private UnsoundText(JsonParser parser, String where) {
        super(parser, refusal(where));
    }

    /** The sentence for the caller, which names the field; null where something else is wrong. */
    static @Nullable String sentence(@Nullable Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsoundText unsound) {
                return unsound.getOriginalMessage();
            }
            // Of a field's name, where it comes in bytes, the parser says it itself.
            if (cause instanceof JsonParseException broken && broken.getOriginalMessage().contains("surrogate")) {
                return refusal(broken.getProcessor() == null ? ""
                        : path(broken.getProcessor().getParsingContext().getParent()));
            }
        }
        return null;
    }

    /** Refuses whatever it is at which the parser is, in the field of this name. */
    static UnsoundText in(String field, JsonParser parser) {
        return new UnsoundText(parser, isTellable(field) ? field : "");
    }

    /** Refuses the text of the string at which the parser is. */
    @CanIgnoreReturnValue
    static String value(JsonParser parser, String text) throws UnsoundText {
        if (!isSound(text)) {
            throw new UnsoundText(parser, path(parser.getParsingContext()));
        }
        return text;
    }

    /** Refuses the name of a field in the object at which the parser is; what has the name is named instead. */
    static void name(JsonParser parser, String name) throws UnsoundText {
        if (!isSound(name)) {
            throw new UnsoundText(parser, path(parser.getParsingContext().getParent()));
        }
    }

    static boolean isSound(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (Character.isSurrogate(text.charAt(at))) {
                if (!Character.isHighSurrogate(text.charAt(at)) || at + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(at + 1))) {
                    return false;
                }
                at++;
            }
        }
        return true;
    }

    private static String path(@Nullable JsonStreamContext context) {
        if (context == null) {
            return "";
        }
        var path = path(context.getParent());
        var name = context.getCurrentName();
        if (path.length() > LONGEST_PATH || (name == null && !context.inArray())) {
            return path;
        }
        if (name == null) {
            return path + "[" + context.getCurrentIndex() + "]";
        }
        return path + (path.isEmpty() ? "" : ".") + (isTellable(name) ? name : "…");
    }

    private static boolean isTellable(String name) {
        return name.length() <= LONGEST_NAME && isSound(name);
    }

    private static String refusal(String where) {
        return (where.isEmpty() ? "The body" : "`" + where + "`") + " must not contain half a character (a lone surrogate)";
    }
}
