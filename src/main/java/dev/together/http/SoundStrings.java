package dev.together.http;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;

/** Reads the strings of our own fields, and those of fields that are not ours and go nowhere: whole characters all of them. */
class SoundStrings extends StringDeserializer {

    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        var text = super.deserialize(parser, context);
        return text == null ? null : UnsoundText.value(parser, text);
    }

    /** Looks through what is skipped. */
    static class InUnknownFields extends DeserializationProblemHandler {

        @Override
        public boolean handleUnknownProperty(DeserializationContext context, JsonParser parser,
                JsonDeserializer<?> deserializer, Object beanOrClass, String name) throws IOException {
            boolean isSound = UnsoundText.isSound(name);
            int depth = 0;
            for (var token = parser.currentToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                boolean isText = token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING;
                if (!isSound || (isText && !UnsoundText.isSound(parser.getText()))) {
                    throw UnsoundText.in(name, parser);
                }
                if (depth == 0) {
                    return true;
                }
            }
            return true;
        }
    }
}
