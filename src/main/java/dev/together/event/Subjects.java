package dev.together.event;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/** How channels are called between pods. */
public class Subjects {

    private static final String USER = "user-realtime.";
    private static final String OPEN = "open-topic.";
    private static final String PRESENCE = "presence.";

    private Subjects() {
    }

    /** The subject of a user's channel. */
    public static String ofUser(UUID userId) {
        return USER + userId;
    }

    /** The subject of an open topic; the public and the private topic of one name are two. */
    public static String ofTopic(String topic, boolean isPrivate) {
        var flavour = isPrivate ? "private." : "public.";
        var name = Base64.getUrlEncoder().withoutPadding().encodeToString(topic.getBytes(StandardCharsets.UTF_8));
        return OPEN + flavour + name;
    }

    /** On which pods tell each other who is here on the topic of that subject. */
    public static String ofPresence(String subject) {
        return PRESENCE + subject;
    }
}
