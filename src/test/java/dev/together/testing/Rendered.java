package dev.together.testing;

import java.util.HashMap;
import java.util.Map;

import io.vertx.core.json.JsonObject;

/** What a window shows of answers: the pieces of those that are being made as a frontend puts them together, then messages. */
public class Rendered {

    private final Map<String, StringBuilder> texts = new HashMap<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final Map<String, String> messages = new HashMap<>();

    /** Takes what arrives, whatever it is. */
    public void take(Wire.Received event) {
        if (event.event().equals("broadcast") && event.name().equals("assistant-stream")) {
            stream(event.content());
        } else if (event.event().equals("broadcast") && event.name().equals("message-insert")) {
            var message = event.content().getJsonObject("message");
            messages.put(message.getString("id"), message.getString("text"));
        }
    }

    /** What stands where this message is, or will be. */
    public String text(String messageId) {
        return messages.getOrDefault(messageId, texts.getOrDefault(messageId, new StringBuilder()).toString());
    }

    private void stream(JsonObject part) {
        var id = part.getString("message_id");
        var text = texts.computeIfAbsent(id, unseen -> new StringBuilder());
        int offset = part.getString("op").equals("replace") ? 0 : part.getInteger("offset");
        if (part.getInteger("seq") <= seen.getOrDefault(id, 0) || offset > text.length()) {
            return;
        }
        seen.put(id, part.getInteger("seq"));
        text.replace(offset, text.length(), part.getString("text"));
    }
}
