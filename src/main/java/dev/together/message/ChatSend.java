package dev.together.message;

import static dev.together.http.Failure.Code.FORBIDDEN;
import static dev.together.http.Failure.Code.INVALID;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;

import dev.together.http.Failure;
import dev.together.http.Limited;
import dev.together.http.Limited.Size;
import dev.together.http.RequestId;
import dev.together.identity.Caller;
import dev.together.identity.RequestRate;
import dev.together.message.AssistantAnswers.RunEnd;
import dev.together.message.SendMetrics.Kind;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;

/**
 * Stores what somebody says and tells every participant.
 *
 * <p>
 * A reply means that the message is committed. It is then told to everyone whatever becomes of this process. The same
 * {@code client_msg_id} sent again to a conversation by the same sender returns the first message and stores nothing; with
 * another text it is refused.
 */
@Path("/functions/v1/chat-send")
class ChatSend {

    private static final List<String> ENDINGS = List.of("complete", "cancelled", "error");

    /**
     * One message ({@code text} and what belongs to it), or a batch ({@code messages}).
     *
     * @param chattype kept for frontends that send it; not stored
     * @param analyze whether an assistant is to answer, where the mode of the conversation has one
     * @param runId the run that an assistant's message ends; then its text may be what was streamed
     * @param status how a run ends
     */
    record Request(@NotNull UUID chatId, @NotBlank @Limited(Size.WORD) String mode,
            @Pattern(regexp = "user|assistant|system", message = "must be user, assistant or system") @Nullable String role,
            @Limited(Size.TEXT) @Nullable String text, @Limited(Size.WORD) @Nullable String clientMsgId, @Nullable UUID userId,
            @Limited(Size.NAME) @Nullable String userName, @Limited(Size.META) @Nullable JsonNode meta,
            @Limited(Size.WORD) @Nullable String chattype, @Nullable Boolean analyze,
            @Batch @Nullable List<Draft> messages, @Nullable UUID runId, @Nullable String status) {

        Draft draft() {
            if (text == null || text.isBlank()) {
                throw new Failure(INVALID, "`text` must not be blank");
            }
            return new Draft(role, text, clientMsgId, mode, userId, userName, meta);
        }

        RunEnd end(UUID run) {
            var ending = Objects.requireNonNullElse(status, "complete");
            if (!ENDINGS.contains(ending)) {
                throw new Failure(INVALID, "`status` must be complete, cancelled or error");
            }
            var draft = new Draft(role, "", null, mode, userId, userName, meta);
            return new RunEnd(chatId, run, text, ending, userId, userName, draft.metaText());
        }
    }

    /**
     * @param saved the message, or the messages of a batch in order
     * @param llmStarted whether an assistant answers it; absent for a batch
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Reply(String message, Object saved, @Nullable Boolean llmStarted) {
    }

    private final MessageStore messages;
    private final MessagePublisher publisher;
    private final RunModes modes;
    private final AssistantAnswers answers;
    private final RequestRate rate;
    private final SendMetrics metrics;
    private final Traces traces;

    ChatSend(MessageStore messages, MessagePublisher publisher, RunModes modes, AssistantAnswers answers, RequestRate rate,
            SendMetrics metrics, Traces traces) {
        this.messages = messages;
        this.publisher = publisher;
        this.modes = modes;
        this.answers = answers;
        this.rate = rate;
        this.metrics = metrics;
        this.traces = traces;
    }

    @POST
    public Uni<Reply> send(@Valid @NotNull Request request, @Context ContainerRequestContext context) {
        var caller = Caller.of(context);
        var requestId = RequestId.of(context);
        traces.requested(requestId);
        var batch = request.messages();
        if (batch != null) {
            return metrics.measured(Kind.BATCH, () -> sendBatch(request, batch, caller, requestId));
        }
        var run = request.runId();
        if (run != null) {
            return metrics.measured(Kind.ASSISTANT, () -> endRun(request, run, caller));
        }
        var draft = request.draft();
        var kind = draft.isOfUser() ? Kind.USER : Kind.ASSISTANT;
        return metrics.measured(kind, () -> sendOne(request, draft, caller, requestId));
    }

    private Uni<Reply> sendOne(Request request, Draft draft, Caller caller, String requestId) {
        return draft.isOfUser() ? sendAsUser(request, draft, caller, requestId)
                : sendAsAssistant(request.chatId(), draft, caller, requestId);
    }

    /** The reply does not wait for the broadcast. */
    private Uni<Reply> sendAsUser(Request request, Draft draft, Caller caller, String requestId) {
        var signed = signed(draft, caller);
        return stored(SendRequest.replyingFirst(request.chatId(), sender(caller), signed, modes.draft(request.analyze()),
                publishing(requestId)))
                .map(sent -> new Reply("User message saved", sent.messages().get(0), sent.run() != null));
    }

    private Uni<Reply> endRun(Request request, UUID run, Caller caller) {
        if (!caller.isService()) {
            throw new Failure(FORBIDDEN, "`run_id` needs the service key");
        }
        if (!"assistant".equals(request.role())) {
            throw new Failure(INVALID, "`role` must be assistant where there is a `run_id`");
        }
        return traces.stored("messages.end", answers.end(request.end(run)))
                .map(message -> new Reply("Assistant message saved", message, false));
    }

    /** The broadcast is handed over before the reply. */
    private Uni<Reply> sendAsAssistant(UUID chatId, Draft draft, Caller caller, String requestId) {
        if (!caller.isService()) {
            throw needsServiceKey(draft);
        }
        return stored(SendRequest.publishingFirst(chatId, null, List.of(draft), publishing(requestId)))
                .map(sent -> new Reply("Assistant message saved", sent.messages().get(0), false));
    }

    private Uni<Reply> sendBatch(Request request, List<Draft> batch, Caller caller, String requestId) {
        requireReasonable(request, batch);
        rate.admitWrites(caller, batch.size());
        var drafts = DistinctDrafts.of(batch.stream().map(draft -> ofBatch(draft, request, caller)).toList());
        return requireOwner(request.chatId(), caller)
                .flatMap(owned -> stored(SendRequest.publishingFirst(request.chatId(), sender(caller), drafts.drafts(),
                        publishing(requestId))))
                .map(sent -> drafts.inPlaces(sent.messages()))
                .map(saved -> new Reply("Saved " + saved.size() + " messages", saved, null));
    }

    private Uni<SendResult> stored(SendRequest send) {
        return traces.stored("messages.send", messages.send(send));
    }

    private Consumer<SendResult> publishing(String requestId) {
        return traces.carried(sent -> {
            publisher.publish(sent, requestId);
            var run = sent.run();
            if (run != null && !sent.news().isEmpty()) {
                answers.begun(sent.messages().get(0).chatId(), run, sent.audience());
            }
        });
    }

    private Uni<Void> requireOwner(UUID chatId, Caller caller) {
        return caller.isService() ? Uni.createFrom().voidItem() : messages.requireOwner(chatId, caller.user());
    }

    private static void requireReasonable(Request request, List<Draft> batch) {
        if (request.text() != null) {
            throw new Failure(INVALID, "`text` and `messages` exclude each other");
        }
        if (batch.isEmpty()) {
            throw new Failure(INVALID, "`messages` must not be empty");
        }
    }

    private static Failure needsServiceKey(Draft draft) {
        return new Failure(FORBIDDEN, "`role` " + draft.roleOrUser() + " needs the service key");
    }

    /** An owner tells what they and an assistant said, but nobody tells what the system did. */
    private static Draft ofBatch(Draft draft, Request request, Caller caller) {
        if (draft.roleOrUser().equals(Draft.SYSTEM) && !caller.isService()) {
            throw needsServiceKey(draft);
        }
        var mode = Objects.requireNonNullElse(draft.mode(), request.mode());
        var whole = new Draft(draft.role(), draft.text(), draft.clientMsgId(), mode, draft.userId(), draft.userName(),
                draft.meta());
        return whole.isOfUser() || draft.userId() != null ? signed(whole, caller) : whole;
    }

    /** A user speaks as themselves; the service key speaks for whom it says. */
    private static Draft signed(Draft draft, Caller caller) {
        if (caller.isService()) {
            return draft;
        }
        if (draft.userId() != null && !draft.userId().equals(caller.user())) {
            throw new Failure(FORBIDDEN, "`user_id` must be your own");
        }
        return new Draft(draft.role(), draft.text(), draft.clientMsgId(), draft.mode(), caller.user(), draft.userName(),
                draft.meta());
    }

    private static @Nullable UUID sender(Caller caller) {
        return caller.isService() ? null : caller.user();
    }
}
