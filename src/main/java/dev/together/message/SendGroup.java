package dev.together.message;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/** Sends that can share one statement. */
class SendGroup {

    /** Drafts in one statement: with more of them a statement is slower for everyone in it and hardly cheaper. */
    private static final int MOST_DRAFTS = 64;
    private static final int MOST_CHARACTERS = 256 * 1024;

    private final List<PendingSend> sends = new ArrayList<>();
    private final Set<Key> keys = new HashSet<>();
    private int drafts;
    private int characters;

    /** Adds the send; says no where it has to wait for the next statement. One alone is always taken. */
    boolean take(PendingSend send) {
        var request = send.request;
        var named = request.drafts().stream().map(Draft::clientMsgId).filter(Objects::nonNull)
                .map(id -> new Key(request.chatId(), request.sender(), id)).toList();
        boolean isFull = drafts + request.drafts().size() > MOST_DRAFTS || characters + send.characters > MOST_CHARACTERS;
        // The same message at the same time: its repetition must find it stored.
        if (!sends.isEmpty() && (isFull || !Collections.disjoint(keys, named))) {
            return false;
        }
        sends.add(send);
        keys.addAll(named);
        drafts += request.drafts().size();
        characters += send.characters;
        return true;
    }

    List<PendingSend> sends() {
        return sends;
    }

    private record Key(UUID chatId, @Nullable UUID sender, String clientMsgId) {
    }
}
