package dev.together.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Says frames of vsn 2.0.0 and compares what is answered, on either version.
 *
 * <p>
 * {@code a> frame} sends, {@code a< frame} is the next that comes, {@code a~} nothing comes, {@code a! 1009} it is closed,
 * {@code a.} it still answers; {@code a join config} joins {@code {t}}; {@code a>raw}, {@code a>bin}, {@code a<bin} are to the
 * letter; {@code post} and {@code upgrade} are HTTP. A name is a connection, its first letter a person. In what is expected,
 * {@code "*"} is anything.
 */
public class WireScript implements AutoCloseable {

    private static final Pattern LINE = Pattern.compile("^([a-z]\\d?)(>raw|>bin|<bin|[>< ~!.]|)\\s*(.*)$");
    private static final Pattern LONG = Pattern.compile("\\{x(\\d+)}");

    private final URI server;
    private final String vsn;
    private final Map<Character, Person> people = new HashMap<>();
    private final Map<String, Wire> wires = new HashMap<>();
    private final Map<String, String> words = new HashMap<>();

    public WireScript(URI server, String vsn) {
        this.server = server;
        this.vsn = vsn;
        var room = "room-" + UUID.randomUUID();
        words.put("{room}", room);
        words.put("{t}", "realtime:" + room);
        words.put("{anon}", TestTokens.anon());
        words.put("{service}", TestTokens.service());
        words.put("{expired}", TestTokens.ofUser(UUID.randomUUID(), Instant.now().minusSeconds(9)));
        words.put("{vsn}", vsn);
        var claims = TestTokens.claims("authenticated", UUID.randomUUID().toString(), Instant.now().plusSeconds(600));
        words.put("{forged}", TestTokens.signed(claims, "x".repeat(32)));
        claims.setClaim("exp", Instant.now().getEpochSecond() + 600.5);
        claims.setClaim("iat", Instant.now().getEpochSecond() - 0.5);
        words.put("{decimal}", TestTokens.signed(claims, TestTokens.SECRET));
        claims.unsetClaim("exp");
        words.put("{no-exp}", TestTokens.signed(claims, TestTokens.SECRET));
        words.put("{no-role}", TestTokens.signed(TestTokens.claims("nobody", null, Instant.now().plusSeconds(600)),
                TestTokens.SECRET));
        "abc".chars().forEach(letter -> introduce((char) letter));
    }

    /** Whether it says something only of version 2.0.0. */
    public static boolean isV2Only(List<String> script) {
        return script.stream().anyMatch(line -> line.contains("bin ") || line.startsWith("v2"));
    }

    public void run(List<String> script) {
        for (var line : script) {
            if (!line.startsWith("v2")) {
                step(line);
            }
        }
    }

    private void introduce(char letter) {
        var person = new Person(server);
        people.put(letter, person);
        words.put("{" + letter + "}", person.token);
        words.put("{id-" + letter + "}", person.id.toString());
        words.put("{user-" + letter + "}", person.topic());
    }

    private void step(String line) {
        if (line.startsWith("post ")) {
            post(line.split(" ", 5), line);
            return;
        }
        if (line.startsWith("upgrade ")) {
            upgrade(line.substring(8));
            return;
        }
        var match = LINE.matcher(line);
        assertThat(match.matches()).as(line).isTrue();
        var wire = wires.computeIfAbsent(match.group(1), name -> person(name).wire(vsn));
        var text = filled(match.group(3));
        switch (match.group(2)) {
            case ">" -> wire.sendText(isV2() ? text : toV1(new JsonArray(text)).encode());
            case ">raw" -> wire.sendText(text);
            case ">bin" -> wire.sendBinary(bytes(text));
            case "<" -> assertSame(line, new JsonArray(text), wire.nextText());
            case "<bin" -> assertThat(HexFormat.of().formatHex(wire.nextBinary())).as(line)
                    .isEqualTo(HexFormat.of().formatHex(bytes(text)));
            case "~" -> wire.receivesNothing();
            case "!" -> assertThat(wire.isClosed()).as(line).isEqualTo(Integer.parseInt(text));
            case "." -> assertThat(wire.asks("phoenix", "heartbeat", new JsonObject()).status()).as(line).isEqualTo("ok");
            default -> join(wire, person(match.group(1)), text.replaceFirst("^join ?", ""));
        }
    }

    private void join(Wire wire, Person person, String config) {
        var payload = new JsonObject().put("access_token", person.token)
                .put("config", new JsonObject(config.isEmpty() ? "{}" : config));
        assertThat(wire.join(Objects.requireNonNull(words.get("{t}")), payload).status()).isEqualTo("ok");
    }

    /** {@code post path token content-type status body => answer}. */
    private void post(String[] words, String line) {
        var rest = words[4].split(" => ", 2);
        var statusAndBody = rest[0].split(" ", 2);
        var request = HttpRequest.newBuilder(server.resolve(filled(words[1]))).header("Content-Type", words[3])
                .POST(BodyPublishers.ofString(statusAndBody.length < 2 ? "" : filled(statusAndBody[1])));
        if (!words[2].equals("-")) {
            request.header("Authorization", "Bearer " + filled(words[2]));
        }
        assertAnswer(line, Person.send(request), statusAndBody[0], rest.length < 2 ? null : filled(rest[1]));
    }

    /** {@code upgrade path status => answer}. */
    private void upgrade(String line) {
        var parts = line.split(" => ", 2);
        var pathAndStatus = parts[0].split(" ", -1);
        var request = HttpRequest.newBuilder(server.resolve(filled(pathAndStatus[0])))
                .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==").header("Sec-WebSocket-Version", "13").GET();
        assertAnswer(line, Person.send(request), pathAndStatus[1], parts.length < 2 ? null : filled(parts[1]));
    }

    private static void assertAnswer(String line, Answer answer, String status, @Nullable String body) {
        assertThat(answer.status()).as(line + "\n" + answer).isEqualTo(Integer.parseInt(status));
        if (body != null) {
            assertThat(isLike(new JsonObject(body), answer.body())).as(line + "\n" + answer.body()).isTrue();
        }
    }

    private void assertSame(String line, JsonArray expected, String received) {
        var isSame = isV2() ? isLike(expected, new JsonArray(received))
                : isLike(toV1(expected, false), new JsonObject(received));
        assertThat(isSame).as("%s%nbut received %s", line, received).isTrue();
    }

    private static boolean isLike(@Nullable Object expected, @Nullable Object received) {
        if ("*".equals(expected)) {
            return true;
        }
        if (expected instanceof JsonObject object && received instanceof JsonObject other) {
            return object.fieldNames().equals(other.fieldNames())
                    && object.fieldNames().stream().allMatch(name -> isLike(object.getValue(name), other.getValue(name)));
        }
        if (expected instanceof JsonArray array && received instanceof JsonArray other) {
            return array.size() == other.size() && java.util.stream.IntStream.range(0, array.size())
                    .allMatch(at -> isLike(array.getValue(at), other.getValue(at)));
        }
        return Objects.equals(expected, received);
    }

    private boolean isV2() {
        return vsn.equals("2.0.0");
    }

    private static JsonObject toV1(JsonArray frame) {
        return toV1(frame, true);
    }

    /** The server says no join_ref on vsn 1.0.0. */
    private static JsonObject toV1(JsonArray frame, boolean hasJoinRef) {
        var object = new JsonObject().put("topic", frame.getValue(2)).put("event", frame.getValue(3))
                .put("payload", frame.getValue(4)).put("ref", frame.getValue(1));
        return hasJoinRef ? object.put("join_ref", frame.getValue(0)) : object;
    }

    private String filled(String text) {
        var result = text;
        for (var word : words.entrySet()) {
            result = result.replace(word.getKey(), word.getValue());
        }
        return LONG.matcher(result).replaceAll(found -> "x".repeat(Integer.parseInt(found.group(1))));
    }

    private Person person(String name) {
        return Objects.requireNonNull(people.get(name.charAt(0)));
    }

    /** Two digits are a byte, {@code 'text'} is itself, {@code #text} the length of it. */
    private static byte[] bytes(String text) {
        var out = new ByteArrayOutputStream();
        for (var part : text.split(" ", -1)) {
            if (part.startsWith("'")) {
                out.writeBytes(part.substring(1, part.length() - 1).getBytes(StandardCharsets.UTF_8));
            } else if (part.startsWith("#")) {
                out.write(part.length() - 1);
            } else {
                out.writeBytes(HexFormat.of().parseHex(part));
            }
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        people.values().forEach(Person::close);
    }
}
