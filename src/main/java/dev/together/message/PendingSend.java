package dev.together.message;

import io.smallrye.mutiny.subscription.UniEmitter;

/** A send that waits to be stored, and its caller, who may give up. */
class PendingSend {

    final SendRequest request;
    final int characters;
    private final UniEmitter<? super SendResult> caller;
    private volatile boolean isAbandoned;

    private PendingSend(SendRequest request, UniEmitter<? super SendResult> caller) {
        this.request = request;
        this.characters = request.characters();
        this.caller = caller;
    }

    static PendingSend of(SendRequest request, UniEmitter<? super SendResult> caller) {
        var pending = new PendingSend(request, caller);
        caller.onTermination(() -> pending.isAbandoned = true);
        return pending;
    }

    /** Whether nobody waits for it any more. */
    boolean isAbandoned() {
        return isAbandoned;
    }

    void committed(SendResult sent) {
        if (request.isReplyFirst()) {
            caller.complete(sent);
            request.publish().accept(sent);
        } else {
            request.publish().accept(sent);
            caller.complete(sent);
        }
    }

    void failed(Throwable failure) {
        caller.fail(failure);
    }
}
