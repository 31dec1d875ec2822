package dev.together.realtime;

import static dev.together.http.Failure.Code.TOO_MANY;
import static dev.together.http.Failure.Code.UNAVAILABLE;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;

import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

import dev.together.Settings;
import dev.together.broker.Broker;
import dev.together.event.EncodedEvent;
import dev.together.event.Event;
import dev.together.event.EventCodec;
import dev.together.http.Failure;
import dev.together.identity.Caller;
import dev.together.identity.RequestRate;
import dev.together.log.LogEvent;
import dev.together.trace.Traces;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;

/**
 * Broadcasts over HTTP: for functions written elsewhere, which publish to users' channels with the service key, and for
 * clients that have not joined yet, on open topics. Nothing is stored; who is not connected does not hear it.
 */
@Path("/realtime/v1/api/broadcast")
class BroadcastApi {

    private static final int MOST_BYTES = 255;

    private final OpenTopics topics;
    private final Participations participations;
    private final EventCodec codec;
    private final Broker broker;
    private final Traces traces;
    private final RequestRate rate;
    private final int batchMessages;
    private final int broadcastBytes;

    BroadcastApi(OpenTopics topics, Participations participations, EventCodec codec, Broker broker, Traces traces,
            RequestRate rate,
            Settings settings) {
        this.topics = topics;
        this.participations = participations;
        this.codec = codec;
        this.broker = broker;
        this.traces = traces;
        this.rate = rate;
        this.batchMessages = settings.limits().batchMessages();
        this.broadcastBytes = settings.realtime().broadcastBytes();
    }

    /** Answers 202; what the caller may not send is left out in silence, as upstream. 429 where a user sends too much. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<@Nullable Object>> broadcastAll(@Nullable JsonNode body, @Context ContainerRequestContext context) {
        var caller = Caller.of(context);
        var messages = body == null ? null : body.get("messages");
        if (messages == null || !messages.isArray()) {
            return unprocessable(Map.of("messages", List.of("can't be blank")));
        }
        requireReasonable(caller, messages.size());
        var errors = new ArrayList<Map<String, List<String>>>();
        boolean mayBeTooLarge = context.getLength() > broadcastBytes;
        messages.forEach(message -> errors.add(errors(message, mayBeTooLarge)));
        if (errors.stream().anyMatch(found -> !found.isEmpty())) {
            return unprocessable(Map.of("messages", errors));
        }
        rate.admitWrites(caller, messages.size());
        var writable = new LinkedHashSet<Topic>();
        messages.forEach(message -> writable.add(topic(message)));
        writable.removeIf(topic -> !topics.mayWrite(caller, topic));
        return participations.in(caller, writable).invoke(allowed -> publish(messages, allowed)).chain(done -> accepted());
    }

    /** Answers 202, or 403 where the caller may not. */
    @POST
    @Path("/{topic}/events/{event}")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<@Nullable Object>> broadcast(@PathParam("topic") String topicName,
            @PathParam("event") String eventName, @QueryParam("private") @Nullable String isPrivate,
            @Nullable JsonNode payload, @Context ContainerRequestContext context) {
        var topic = Topic.ofName(BroadcastRoutes.unmarked(topicName));
        var event = BroadcastRoutes.unmarked(eventName);
        return publishOne(topic, event, isPrivate, context, payload == null ? null : json(topic, "", event, payload));
    }

    /** The same with raw bytes. */
    @POST
    @Path("/{topic}/events/{event}")
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    public Uni<RestResponse<@Nullable Object>> broadcastBytes(@PathParam("topic") String topicName,
            @PathParam("event") String eventName, @QueryParam("private") @Nullable String isPrivate, byte[] payload,
            @Context ContainerRequestContext context) {
        var event = BroadcastRoutes.unmarked(eventName);
        return publishOne(Topic.ofName(BroadcastRoutes.unmarked(topicName)), event, isPrivate, context,
                new EncodedEvent("", null, "", event, Buffer.buffer(payload)));
    }

    private Uni<RestResponse<@Nullable Object>> publishOne(Topic topic, String event, @Nullable String isPrivate,
            ContainerRequestContext context, @Nullable EncodedEvent encoded) {
        if (encoded == null || topic.isTooLong() || isTooLong(event)) {
            return unprocessable(Map.of("payload", List.of("can't be blank, nor the event longer than " + MOST_BYTES
                    + " bytes or the topic than " + Topic.LONGEST_NAME + " bytes")));
        }
        if (context.getLength() > broadcastBytes) {
            return unprocessable(Map.of("payload", List.of(tooLarge())));
        }
        var caller = Caller.of(context);
        if (!topics.mayWrite(caller, topic)) {
            return forbidden();
        }
        return participations.isIn(caller, topic)
                .flatMap(isIn -> isIn ? publishOne(topic, isTrue(isPrivate), encoded) : forbidden());
    }

    private Uni<RestResponse<@Nullable Object>> publishOne(Topic topic, boolean isPrivate, EncodedEvent encoded) {
        publish(topic, isPrivate, encoded);
        return accepted();
    }

    private void publish(JsonNode messages, Set<Topic> allowed) {
        for (var message : messages) {
            var topic = topic(message);
            if (allowed.contains(topic)) {
                publish(topic, isTrue(message.path("private").asText()), json(topic, message));
            }
        }
    }

    private static Topic topic(JsonNode message) {
        return Topic.ofName(message.get("topic").textValue());
    }

    /** A user's broadcasts count like messages; the service key is not limited. */
    private void requireReasonable(Caller caller, int count) {
        if (!caller.isService() && count > batchMessages) {
            throw new Failure(TOO_MANY, "Too many messages to broadcast, please reduce the batch size");
        }
    }

    private void publish(Topic topic, boolean isPrivate, EncodedEvent encoded) {
        try {
            traces.published(encoded, traced -> broker.publish(List.of(topic.subject(isPrivate)), traced));
        } catch (IllegalStateException e) {
            LogEvent.warn(BroadcastApi.class, "broadcast_failed").with(e).log();
            throw new Failure(UNAVAILABLE, "Realtime was unable to broadcast the message");
        }
    }

    private EncodedEvent json(Topic topic, JsonNode message) {
        return json(topic, message.path("id").asText(""), message.get("event").textValue(), message.get("payload"));
    }

    private EncodedEvent json(Topic topic, String id, String event, JsonNode payload) {
        if (id.isEmpty() && !topic.isOfUsers()) {
            return codec.encode(event, payload);
        }
        return codec.encode(new Event.Broadcast(id.isEmpty() ? newId() : id, event, payload));
    }

    private Map<String, List<String>> errors(JsonNode message, boolean mayBeTooLarge) {
        var errors = new LinkedHashMap<String, List<String>>();
        for (var field : List.of("topic", "event")) {
            var text = message.path(field).textValue();
            int most = field.equals("topic") ? Topic.LONGEST_NAME : MOST_BYTES;
            if (isOfAnotherType(message.path(field))) {
                errors.put(field, List.of("is invalid"));
            } else if (text == null || text.isEmpty()) {
                errors.put(field, List.of("can't be blank"));
            } else if (bytes(text) > most) {
                errors.put(field, List.of("should be at most " + most + " bytes"));
            }
        }
        if (!message.has("payload")) {
            errors.put("payload", List.of("can't be blank"));
        } else if (mayBeTooLarge && bytes(message.get("payload").toString()) > broadcastBytes) {
            errors.put("payload", List.of(tooLarge()));
        }
        if (isOfAnotherType(message.path("id"))) {
            errors.put("id", List.of("is invalid"));
        } else if (message.path("id").isTextual() && isTooLong(message.path("id").textValue())) {
            errors.put("id", List.of("should be at most " + MOST_BYTES + " bytes"));
        }
        return errors;
    }

    private static boolean isTooLong(String text) {
        return bytes(text) > MOST_BYTES;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private String tooLarge() {
        return "should be at most " + broadcastBytes + " bytes";
    }

    /** Whether it is there and no text. */
    private static boolean isOfAnotherType(JsonNode node) {
        return !node.isMissingNode() && !node.isNull() && !node.isTextual();
    }

    private static boolean isTrue(@Nullable String text) {
        return "true".equalsIgnoreCase(text);
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    private static Uni<RestResponse<@Nullable Object>> accepted() {
        return answer(202, null);
    }

    private static Uni<RestResponse<@Nullable Object>> forbidden() {
        return answer(403, Map.of("message", "Unauthorized"));
    }

    private static Uni<RestResponse<@Nullable Object>> unprocessable(Map<String, ?> errors) {
        return answer(422, Map.of("errors", errors));
    }

    private static Uni<RestResponse<@Nullable Object>> answer(int status, @Nullable Object body) {
        var builder = RestResponse.ResponseBuilder.<@Nullable Object> create(status).entity(body);
        return Uni.createFrom().item(body == null ? builder.build() : builder.type(MediaType.APPLICATION_JSON_TYPE).build());
    }
}
