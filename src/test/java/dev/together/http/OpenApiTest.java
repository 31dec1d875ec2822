package dev.together.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import dev.together.testing.Answer;
import dev.together.testing.Described;
import dev.together.testing.Person;
import dev.together.testing.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class OpenApiTest {

    @TestHTTPResource
    URI server;

    @TestHTTPResource("/q/openapi")
    URI address;

    private Described api;

    @BeforeEach
    void read() {
        api = new Described(address);
    }

    @Test
    void every_function_is_described_and_nothing_else() {
        var described = new TreeSet<String>();
        api.at("/paths").fieldNames().forEachRemaining(described::add);

        assertThat(described).isEqualTo(routes());
    }

    @Test
    void every_function_names_its_errors_and_asks_for_a_token() {
        assertThat(api.at("/security/0").has("token")).isTrue();
        assertThat(api.at("/components/securitySchemes/token/scheme").textValue()).isEqualTo("bearer");
        for (var path : api.at("/paths")) {
            for (var operation : operations(path)) {
                assertThat(operation.has("security")).isFalse();
                assertThat(operation.get("responses").fieldNames()).toIterable().contains("400", "401", "503");
                if (operation.has("requestBody")) {
                    assertThat(operation.get("responses").fieldNames()).toIterable().contains("413", "415");
                }
            }
        }
    }

    @Test
    void the_examples_are_as_the_schemas_say() {
        for (var path : api.at("/paths")) {
            for (var operation : operations(path)) {
                var body = operation.at("/requestBody/content/application~1json");
                assertThat(examples(body)).hasSizeGreaterThanOrEqualTo(operation.has("requestBody") ? 1 : 0)
                        .allSatisfy(example -> assertThat(
                                api.complaints(body.get("schema"), example.toString())).isEmpty());
            }
        }
        for (var response : api.at("/components/responses")) {
            var body = response.at("/content/application~1json");
            assertThat(examples(body)).allSatisfy(example -> assertThat(
                    api.complaints(body.get("schema"), example.toString())).isEmpty());
        }
    }

    @Test
    void the_answers_are_as_described() {
        try (var alice = new Person(server); var bob = new Person(server)) {
            var chat = alice.opens();
            var named = new JsonObject().put("conversation_id", chat);
            var message = Person.message(chat, "Hello").put("client_msg_id", "1").put("meta", new JsonObject().put("a", 1));

            assertDescribed("create-conversation", alice.calls("create-conversation", new JsonObject().put("mode", "chat")));
            assertDescribed("share-conversation", alice.calls("share-conversation", named));
            assertDescribed("join-conversation", bob.calls("join-conversation", named));
            assertDescribed("chat-send", alice.calls("chat-send", message));
            assertDescribed("chat-send", alice.calls("chat-send", batch(chat)));
            assertDescribed("chat-history", bob.calls("chat-history", new JsonObject().put("chat_id", chat)));
            assertDescribed("list-conversations", bob.calls("list-conversations", new JsonObject().put("limit", 1)));
            assertDescribed("get-conversation", bob.calls("get-conversation", named));
            assertDescribed("update-conversation", alice.calls("update-conversation", named.copy().put("title", "New")));
            assertDescribed("create-invite", alice.calls("create-invite", named));
            assertDescribed("revoke-invite", alice.calls("revoke-invite", named.copy().put("invite", "none")));
            var edit = message(alice, chat);
            assertDescribed("edit-message", alice.calls("edit-message", edit.copy().put("text", "Hello!")));
            assertDescribed("mark-read", bob.calls("mark-read",
                    new JsonObject().put("chat_id", chat).put("message_number", 1)));
            assertDescribed("delete-message", alice.calls("delete-message", edit));
            assertDescribed("list-conversations", alice.calls("list-conversations", new JsonObject()));
            var toBob = named.copy().put("user_id", bob.id.toString());
            assertDescribed("transfer-conversation", alice.calls("transfer-conversation", toBob));
            assertDescribed("remove-participant",
                    bob.calls("remove-participant", named.copy().put("user_id", alice.id.toString())));
            alice.joins(chat);
            assertDescribed("leave-conversation", alice.calls("leave-conversation", named));
            assertDescribed("delete-conversation", bob.calls("delete-conversation", named));
        }
    }

    @Test
    void the_failures_are_as_described() {
        try (var alice = new Person(server); var eve = new Person(server)) {
            var message = Person.message(alice.opens(), "Hello");

            for (var refused : Map.of(400, alice.calls("chat-send", new JsonObject()), 404, eve.calls("chat-send", message),
                    401, Person.call(server, "chat-send", "nonsense", "{}")).entrySet()) {
                assertThat(refused.getValue().status()).isEqualTo(refused.getKey());
                assertThat(api.complaints("Failure", refused.getValue().body().encode())).isEmpty();
            }
        }
    }

    private void assertDescribed(String function, Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        var response = api.at("/paths/~1functions~1v1~1" + function + "/post/responses/200");
        var schema = response.has("content") ? response.at("/content/application~1json/schema") : response;
        assertThat(api.complaints(schema, answer.body().encode())).isEmpty();
    }

    private static JsonObject message(Person person, String chat) {
        return new JsonObject().put("chat_id", chat).put("message_id", person.says(chat, "Hello").getString("id"));
    }

    private static JsonObject batch(String chat) {
        var drafts = new JsonArray().add(new JsonObject().put("text", "One")).add(new JsonObject().put("text", "Two"));
        return new JsonObject().put("chat_id", chat).put("mode", "voice").put("messages", drafts);
    }

    private static List<JsonNode> examples(JsonNode body) {
        if (body.has("example")) {
            return List.of(body.get("example"));
        }
        return Stream.of(body.path("examples")).flatMap(all -> all.findValues("value").stream()).toList();
    }

    private static List<JsonNode> operations(JsonNode path) {
        return Stream.of("get", "post", "patch", "delete").filter(path::has).map(path::get).toList();
    }

    private static Set<String> routes() {
        var routes = new TreeSet<String>();
        var classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.together");
        for (JavaClass function : classes) {
            if (function.isAnnotatedWith(Path.class)) {
                var root = function.getAnnotationOfType(Path.class).value();
                function.getMethods().stream()
                        .filter(method -> method.isAnnotatedWith(POST.class) || method.isAnnotatedWith(GET.class))
                        .forEach(method -> routes.add(root + path(method)));
            }
        }
        return routes;
    }

    private static String path(JavaMethod method) {
        return method.isAnnotatedWith(Path.class) ? method.getAnnotationOfType(Path.class).value() : "";
    }
}
