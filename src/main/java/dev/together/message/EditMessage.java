package dev.together.message;

import static dev.together.http.Failure.Code.FORBIDDEN;
import static dev.together.http.Failure.Code.INVALID;

import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

import dev.together.http.Failure;
import dev.together.http.Limited;
import dev.together.http.Limited.Size;
import dev.together.identity.Caller;
import dev.together.message.MessageChangeStore.Edit;
import io.smallrye.mutiny.Uni;

/** Changes a stored message: its author the text and the additional JSON, the service key the status, too. */
@Path("/functions/v1/edit-message")
class EditMessage {

    /** What is absent stays as it is. */
    record Request(@NotNull UUID chatId, @NotNull UUID messageId, @Limited(Size.TEXT) @Nullable String text,
            @Limited(Size.META) @Nullable JsonNode meta, @Limited(Size.WORD) @Nullable String status) {

        Edit edit() {
            if (text != null && text.isBlank()) {
                throw new Failure(INVALID, "`text` must not be blank; delete-message deletes");
            }
            if (status != null && status.isBlank()) {
                throw new Failure(INVALID, "`status` must not be blank");
            }
            return new Edit(text, meta == null || meta.isNull() ? null : meta.toString(), status);
        }
    }

    record Reply(String message, Message saved) {
    }

    private final MessageChangeStore changes;
    private final MessageChangePublisher publisher;

    EditMessage(MessageChangeStore changes, MessageChangePublisher publisher) {
        this.changes = changes;
        this.publisher = publisher;
    }

    @POST
    public Uni<Reply> edit(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var caller = Caller.of(context);
        var user = caller.isService() ? null : caller.user();
        if (user != null && request.status() != null) {
            throw new Failure(FORBIDDEN, "`status` needs the service key");
        }
        return publisher.published("messages.edit", changes.edit(request.chatId(), request.messageId(), user, request.edit()))
                .map(change -> new Reply("Message updated", change.message()));
    }
}
