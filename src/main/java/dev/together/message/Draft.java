package dev.together.message;

import static dev.together.http.Failure.Code.CONFLICT;

import java.util.UUID;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

import dev.together.http.Failure;
import dev.together.http.Limited;
import dev.together.http.Limited.Size;

/**
 * A message that is not stored yet.
 *
 * @param role {@code user} when absent
 * @param mode the batch's when absent
 * @param clientMsgId made by the client, so that a repeated send is recognised; a blank one is none
 */
record Draft(@Pattern(regexp = "user|assistant|system", message = "must be user, assistant or system") @Nullable String role,
        @NotBlank @Limited(Size.TEXT) String text, @Limited(Size.WORD) @Nullable String clientMsgId,
        @Limited(Size.WORD) @Nullable String mode, @Nullable UUID userId,
        @Limited(Size.NAME) @Nullable String userName, @Limited(Size.META) @Nullable JsonNode meta) {

    static final String USER = "user";
    static final String SYSTEM = "system";

    Draft {
        clientMsgId = clientMsgId == null || clientMsgId.isBlank() ? null : clientMsgId;
    }

    boolean isOfUser() {
        return USER.equals(roleOrUser());
    }

    String roleOrUser() {
        return role == null ? USER : role;
    }

    /** Why a draft is refused whose id its sender has used in the conversation for another text. */
    static Failure anotherText(@Nullable String clientMsgId) {
        return new Failure(CONFLICT, "`client_msg_id` was used for another text: " + clientMsgId);
    }

    String metaText() {
        return meta == null || meta.isNull() ? "{}" : meta.toString();
    }
}
