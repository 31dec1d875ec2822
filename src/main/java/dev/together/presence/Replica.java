package dev.together.presence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The presence on one topic as this pod knows it: its own entries, and of each other pod what that one has said.
 *
 * <p>
 * Each pod numbers its changes. Who has missed one sees it by the next, or by the sign of life that comes every two seconds
 * while anything is tracked, and asks for the whole. A pod that is silent for seven seconds has gone, and what it said with it.
 * So all pods agree within seconds, whatever the broker loses or changes the order of. To be used under a lock.
 */
class Replica {

    private static final long SILENT_AFTER_MILLIS = 7_000;

    final OwnEntries own;
    private final Map<String, RemoteEntries> remotes = new LinkedHashMap<>();
    private boolean isNew = true;

    Replica(String writer) {
        this.own = new OwnEntries(writer);
    }

    /** Takes what a pod has said, this one too. */
    void take(PodMessage message, long now) {
        if (message.writer().equals(own.writer)) {
            return;
        }
        switch (message.kind()) {
            case ASK -> answer(message);
            case GONE -> remotes.remove(message.writer());
            case CHANGE, STATE, ALIVE ->
                remotes.computeIfAbsent(message.writer(), writer -> new RemoteEntries()).take(message, now);
        }
    }

    /** Forgets the pods that are silent; gives what is to be published now. */
    List<PodMessage> flush(long now) {
        remotes.values().removeIf(remote -> remote.isSilentSince(now - SILENT_AFTER_MILLIS));
        var messages = new ArrayList<>(own.flush(now));
        if (isNew) {
            isNew = false;
            messages.add(PodMessage.ask(own.writer, null));
        }
        remotes.forEach((writer, remote) -> {
            if (remote.isToBeAsked(now)) {
                messages.add(PodMessage.ask(own.writer, writer));
            }
        });
        return messages;
    }

    /** What is to be published in the end. */
    List<PodMessage> end() {
        return List.of(PodMessage.gone(own.writer));
    }

    /** Whether there is something to publish soon, without anything new. */
    boolean isWaiting() {
        return isNew || own.isWaiting() || remotes.values().stream().anyMatch(RemoteEntries::isBehind);
    }

    /** How many are tracked. */
    int size() {
        return own.size() + remotes.values().stream().mapToInt(RemoteEntries::size).sum();
    }

    /** All that is tracked, by ref. */
    Map<String, Entry> entries() {
        var all = new LinkedHashMap<String, Entry>();
        own.addTo(all);
        remotes.values().forEach(remote -> remote.addTo(all));
        return all;
    }

    private void answer(PodMessage ask) {
        if (ask.of() == null || Objects.equals(ask.of(), own.writer)) {
            own.wantState();
        }
    }
}
