package dev.together.trace;

import static dev.together.testing.TestProcess.waitUntil;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CLIENT;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CONSUMER;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_PRODUCER;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.together.testing.Needs;
import dev.together.testing.Person;
import dev.together.testing.Pods;
import dev.together.testing.Program;
import dev.together.testing.TestTokens;
import dev.together.testing.TogetherProcess;
import dev.together.testing.TraceCollector;
import dev.together.testing.TraceCollector.Collected;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Alice is on one process, Bob on another, both traced; a third is not. */
@SuppressWarnings("NullAway.Init") // set before all
@Needs(Program.NATS_SERVER)
class TracesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TEXT = "What nobody but the two should read";

    private static TraceCollector collector;
    private static Pods pods;
    private static TogetherProcess one;
    private static TogetherProcess two;
    private static TogetherProcess silent;

    private final Person alice = new Person(one.url());
    private final Person bob = new Person(two.url());
    private final Person carol = new Person(silent.url());

    @BeforeAll
    static void start() {
        collector = TraceCollector.start();
        pods = new Pods();
        one = pods.start(traced("one"));
        two = pods.start(traced("two"));
        silent = pods.start(collector.environment("silent"));
    }

    @AfterAll
    static void end() {
        pods.close();
        collector.close();
    }

    @AfterEach
    void leave() {
        alice.close();
        bob.close();
        carol.close();
    }

    @Test
    void a_message_is_one_trace_from_the_function_to_the_sockets_of_both_processes() {
        var chat = alice.opensWith(bob);
        var wires = List.of(alice.online(), bob.online());

        var row = alice.says(chat, TEXT);
        wires.forEach(wire -> wire.hears("message-insert"));

        var trace = traceOf(chat, "messages.send", 5);
        var function = only(trace, "POST /functions/v1/chat-send");
        assertThat(function.kind()).isEqualTo(SPAN_KIND_SERVER);
        assertThat(function.parentId()).isEmpty();
        assertThat(function.attributes()).containsKey("together.request_id");
        var stored = only(trace, "messages.send");
        assertThat(stored.kind()).isEqualTo(SPAN_KIND_CLIENT);
        assertThat(stored.parentId()).isEqualTo(function.id());
        var published = only(trace, "publish");
        assertThat(published.kind()).isEqualTo(SPAN_KIND_PRODUCER);
        assertThat(published.parentId()).isEqualTo(function.id());
        assertThat(published.attributes()).containsEntry("together.number", row.getInteger("message_number").toString());
        var delivered = named(trace, "deliver").toList();
        assertThat(delivered).extracting(Collected::pod).containsExactlyInAnyOrder("one", "two");
        assertThat(delivered).allSatisfy(delivery -> {
            assertThat(delivery.kind()).isEqualTo(SPAN_KIND_CONSUMER);
            assertThat(delivery.parentId()).isEqualTo(published.id());
        });
    }

    @Test
    void a_join_is_one_trace_too() {
        var chat = alice.opens();
        alice.shares(chat);
        var wire = alice.online();

        bob.joins(chat);
        wire.hearsOfParticipants(2);

        var trace = traceOf(chat, "conversations.join", 5);
        var function = only(trace, "POST /functions/v1/join-conversation");
        assertThat(only(trace, "conversations.join").parentId()).isEqualTo(function.id());
        assertThat(named(trace, "publish")).hasSize(2).allMatch(span -> span.parentId().equals(function.id()));
        assertThat(only(trace, "deliver").pod()).isEqualTo("one");
    }

    @Test
    void requests_at_once_are_not_mixed_up() {
        int count = 40;
        var chats = IntStream.range(0, count).mapToObj(i -> alice.opens()).toList();

        CompletableFuture.allOf(chats.stream().map(chat -> CompletableFuture.runAsync(() -> alice.says(chat, TEXT)))
                .toArray(CompletableFuture[]::new)).join();

        var traces = chats.stream().map(chat -> traceOf(chat, "messages.send", 3)).toList();
        assertThat(traces).allSatisfy(trace -> {
            var function = only(trace, "POST /functions/v1/chat-send");
            assertThat(only(trace, "messages.send").parentId()).isEqualTo(function.id());
            assertThat(only(trace, "publish").parentId()).isEqualTo(function.id());
        });
        assertThat(traces).extracting(trace -> trace.get(0).traceId()).doesNotHaveDuplicates();
    }

    @Test
    void a_caller_goes_on_with_a_trace_of_their_own() {
        var chat = alice.opens();
        var traceId = "0af7651916cd43dd8448eb211c80319c";
        var body = new JsonObject().put("chat_id", chat).put("mode", "voice").put("messages",
                new JsonArray().add(new JsonObject().put("text", TEXT)).add(new JsonObject().put("text", TEXT)));

        var answer = Person.send(Person.request(one.url(), "chat-send?apikey=" + alice.token)
                .header("Content-Type", "application/json").header("Authorization", "Bearer " + alice.token)
                .header("traceparent", "00-" + traceId + "-b7ad6b7169203331-01")
                .POST(BodyPublishers.ofString(body.encode())));

        assertThat(answer.status()).isEqualTo(200);
        var trace = trace(traceId, 4);
        assertThat(only(trace, "POST /functions/v1/chat-send").parentId()).isEqualTo("b7ad6b7169203331");
        assertThat(named(trace, "publish")).hasSize(2);
        assertThat(collector.raw()).doesNotContain(alice.token);
    }

    @Test
    void a_refused_request_is_no_failure_of_the_store() {
        var chat = alice.opens();

        assertThat(bob.calls("chat-send", Person.message(chat, TEXT)).status()).isEqualTo(404);

        waitUntil(PATIENCE, () -> collected("messages.send").anyMatch(span -> span.pod().equals("two")));
        assertThat(collected("messages.send").map(Collected::attributes)).allMatch(facts -> !facts.containsKey("error.type"));
    }

    @Test
    void a_process_that_is_not_told_to_trace_sends_nothing_and_hears_and_is_heard() {
        var chat = alice.opensWith(bob, carol);
        var wires = List.of(bob.online(), carol.online());

        alice.says(chat, TEXT);
        carol.says(chat, TEXT);

        wires.forEach(wire -> assertThat(wire.hears("message-insert", 2)).hasSize(2));
        assertThat(traceOf(chat, "messages.send", 4)).noneMatch(span -> span.pod().equals("silent"));
        assertThat(collector.spans()).extracting(Collected::pod).doesNotContain("silent", "");
        assertThat(silent.log()).noneMatch(line -> line.contains("opentelemetry.") || line.contains("OTLP"));
    }

    @Test
    void neither_what_was_written_nor_a_token_leaves_with_a_trace() {
        var chat = alice.opensWith(bob);
        var wire = alice.online();
        alice.says(chat, TEXT);
        wire.hears("message-insert");

        assertThat(traceOf(chat, "messages.send", 3)).isNotEmpty();
        assertThat(collector.raw()).contains("messages.send").doesNotContain(TEXT, alice.token, bob.token, TestTokens.anon(),
                "websocket");
    }

    private static Map<String, String> traced(String pod) {
        var environment = new HashMap<>(collector.environment(pod));
        environment.put("QUARKUS_OTEL_SDK_DISABLED", "false");
        return environment;
    }

    /** The trace in which something of the conversation was published and the store called so, when it has so many spans. */
    private static List<Collected> traceOf(String chat, String call, int spans) {
        waitUntil(PATIENCE, () -> collected(call).anyMatch(span -> hasPublished(span.traceId(), chat)));
        var called = collected(call).filter(span -> hasPublished(span.traceId(), chat)).findFirst().orElseThrow();
        return trace(called.traceId(), spans);
    }

    private static boolean hasPublished(String traceId, String chat) {
        return collected("publish").anyMatch(
                span -> span.traceId().equals(traceId) && chat.equals(span.attributes().get("together.chat_id")));
    }

    private static List<Collected> trace(String traceId, int spans) {
        waitUntil(PATIENCE, () -> ofTrace(traceId).size() >= spans);
        return ofTrace(traceId);
    }

    private static List<Collected> ofTrace(String traceId) {
        return collector.spans().stream().filter(span -> span.traceId().equals(traceId)).toList();
    }

    private static Stream<Collected> collected(String name) {
        return named(collector.spans(), name);
    }

    private static Stream<Collected> named(List<Collected> spans, String name) {
        return spans.stream().filter(span -> span.name().equals(name));
    }

    private static Collected only(List<Collected> spans, String name) {
        var found = named(spans, name).toList();
        assertThat(found).as(name + " in " + spans).hasSize(1);
        return found.get(0);
    }
}
