package dev.together.message;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;

/** What one caller wants stored, all or none, and how everyone is told of it. */
class SendRequest {

    final UUID chatId;
    final @Nullable UUID sender;
    final List<Draft> drafts;
    /** The length of its texts, meta included. */
    final int characters;
    /** The run that its first draft begins where the mode of its conversation has an assistant. */
    final @Nullable RunDraft run;
    private final boolean isReplyFirst;
    private final Consumer<SendResult> tell;
    private @Nullable UniEmitter<? super SendResult> caller;
    private volatile boolean isAbandoned;

    private SendRequest(UUID chatId, @Nullable UUID sender, List<Draft> drafts, @Nullable RunDraft run, boolean isReplyFirst,
            Consumer<SendResult> tell) {
        this.chatId = chatId;
        this.sender = sender;
        this.drafts = drafts;
        this.characters = drafts.stream().mapToInt(draft -> draft.text().length() + draft.metaText().length()).sum();
        this.run = run;
        this.isReplyFirst = isReplyFirst;
        this.tell = tell;
    }

    /**
     * The caller has the reply as soon as it is committed; telling goes on in the background.
     *
     * @param sender who must be in the conversation; null for the service key, which may write anywhere
     * @param tell is given what was committed, once, in the order of the conversation, whether or not the caller still waits
     */
    static SendRequest replyingFirst(UUID chatId, @Nullable UUID sender, List<Draft> drafts, Consumer<SendResult> tell) {
        return new SendRequest(chatId, sender, drafts, null, true, tell);
    }

    /** As {@link #replyingFirst} of one draft, which may begin a run. */
    static SendRequest replyingFirst(UUID chatId, @Nullable UUID sender, Draft draft, @Nullable RunDraft run,
            Consumer<SendResult> tell) {
        return new SendRequest(chatId, sender, List.of(draft), run, true, tell);
    }

    /** As {@link #replyingFirst}, but {@code tell} has returned before the caller has the reply. */
    static SendRequest tellingFirst(UUID chatId, @Nullable UUID sender, List<Draft> drafts, Consumer<SendResult> tell) {
        return new SendRequest(chatId, sender, drafts, null, false, tell);
    }

    /** What becomes of it; subscribed to once, which hands it over. */
    Uni<SendResult> outcome(Consumer<SendRequest> handOver) {
        return Uni.createFrom().emitter(emitter -> {
            caller = emitter;
            emitter.onTermination(() -> isAbandoned = true);
            handOver.accept(this);
        });
    }

    /** Whether nobody waits for it any more. */
    boolean isAbandoned() {
        return isAbandoned;
    }

    void committed(SendResult sent) {
        if (!isReplyFirst) {
            tell.accept(sent);
        }
        if (caller != null) {
            caller.complete(sent);
        }
        if (isReplyFirst) {
            tell.accept(sent);
        }
    }

    void failed(Throwable failure) {
        if (caller != null) {
            caller.fail(failure);
        }
    }
}
