package dev.together.realtime;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import dev.together.Settings;
import dev.together.identity.Caller;

/** Who may use which topic. */
@Singleton
class OpenTopics {

    private final List<Pattern> open;

    OpenTopics(Settings settings) {
        this.open = settings.realtime().openTopics().orElse(List.of()).stream().map(OpenTopics::pattern).toList();
    }

    /**
     * A user's channel is the user's own; an open topic is for everybody who has signed in. A conversation's is for who takes
     * part, which {@link Participations} knows.
     */
    boolean mayRead(Caller caller, Topic topic) {
        if (topic.isOfUsers()) {
            return topic.userId().filter(user -> caller.isService() || user.equals(caller.userId())).isPresent();
        }
        boolean isThere = topic.isOfConversations() ? topic.conversationId().isPresent() : isOpen(topic);
        return isThere && (caller.isUser() || caller.isService());
    }

    /** On a user's channel speaks the server alone, and whoever has its key. */
    boolean mayWrite(Caller caller, Topic topic) {
        return (caller.isService() && topic.userId().isPresent()) || (!topic.isOfUsers() && mayRead(caller, topic));
    }

    private boolean isOpen(Topic topic) {
        return open.stream().anyMatch(pattern -> pattern.matcher(topic.name()).matches());
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(List.of(text.split("\\*", -1)).stream().map(Pattern::quote).collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }
}
