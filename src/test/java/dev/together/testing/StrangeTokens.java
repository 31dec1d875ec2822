package dev.together.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** Tokens that are signed as they should be and say what no issuer says. */
public class StrangeTokens {

    private static final List<String> HEADERS = List.of("alg", "kid", "typ", "crit", "b64", "cty", "zip", "jwk", "jku", "x5c",
            "x5t");
    private static final List<String> CLAIMS = List.of("role", "sub", "exp", "nbf", "iat", "iss", "aud", "jti");

    /** One or more of every kind that JSON has, by kind. */
    private static final List<String> NUMBERS = List.of("0", "-1", "5", "1.5", "-1e17", "1e17", "1e300", "-1e300", "1e400",
            "1e-400", "9223372036854775807", "-9223372036854775808", "31556889864403200", "9223372036854775808",
            "1" + "0".repeat(400));
    private static final List<String> TEXTS = List.of("\"\"", "\"x\"", "\"5\"", "\"\\ud83d\"", "\"\\u0000\"",
            "\"authenticated\"", "\"RS256\"", "\"none\"");
    private static final List<String> OTHERS = List.of("null", "true", "false", "[]", "[5]", "[null]", "[\"a\"]", "[[[]]]",
            "[\"b64\"]", "{}", "{\"a\":{\"b\":[5]}}", "[".repeat(2_000) + "]".repeat(2_000), "nonsense", "");
    private static final List<String> VALUES = Stream.of(NUMBERS, TEXTS, OTHERS).flatMap(List::stream).toList();

    private StrangeTokens() {
    }

    /** Tokens that have the wrong kind of value where it matters: none of them may be taken. */
    public static List<String> malformed() {
        var found = new ArrayList<String>();
        for (var header : List.of("{\"alg\":\"HS256\",\"kid\":5}", "{\"alg\":\"HS256\",\"kid\":[]}", "{\"alg\":5}",
                "{\"alg\":null}", "{\"alg\":[\"HS256\"]}", "{}", "{\"alg\":\"HS256\",\"crit\":[5]}",
                "{\"alg\":\"HS256\",\"crit\":[]}", "{\"alg\":\"HS256\",\"crit\":\"exp\"}",
                "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}", "5", "[]", "null", "\"x\"", "{", "")) {
            found.add(TestTokens.signed(header, claims("exp", end())));
        }
        for (var value : List.of("1e17", "1e300", "-1e300", "31556889864403200", "9223372036854775807", "\"5\"", "true",
                "[5]", "{}", "null")) {
            found.add(TestTokens.signed("{\"alg\":\"HS256\"}", claims("exp", value)));
        }
        for (var time : List.of("iat", "nbf")) {
            for (var value : List.of("\"5\"", "\"x\"", "true", "[]", "[5]", "{}", "null", "1e300")) {
                found.add(TestTokens.signed("{\"alg\":\"HS256\"}", claims(time, value)));
            }
        }
        for (var claims : List.of("5", "[]", "null", "\"x\"", "{", "", "{} {}", claims("role", "5"), claims("role", "[]"),
                claims("sub", "5"), claims("sub", "{}"))) {
            found.add(TestTokens.signed("{\"alg\":\"HS256\"}", claims));
        }
        return found;
    }

    /** Each field of header and claims with each kind of value; most prove nothing, and none may do worse. */
    public static Stream<String> all() {
        Function<String, Stream<String>> headers = name -> VALUES.stream().map(value -> TestTokens.signed(
                "{\"typ\":\"JWT\"," + (name.equals("alg") ? "" : "\"alg\":\"HS256\",") + "\"" + name + "\":" + value + "}",
                claims("jti", "5")));
        Function<String, Stream<String>> claims = name -> VALUES.stream()
                .map(value -> TestTokens.signed("{\"alg\":\"HS256\"}", claims(name, value)));
        var whole = VALUES.stream().flatMap(value -> Stream.of(TestTokens.signed(value, claims("jti", "5")),
                TestTokens.signed("{\"alg\":\"HS256\"}", value)));
        return Stream.of(HEADERS.stream().flatMap(headers), CLAIMS.stream().flatMap(claims), whole, malformed().stream())
                .flatMap(Function.identity());
    }

    /** The claims of a user, this one with this value. */
    public static String claims(String name, String value) {
        var claims = new ArrayList<String>();
        if (!name.equals("role")) {
            claims.add("\"role\":\"authenticated\"");
        }
        if (!name.equals("sub")) {
            claims.add("\"sub\":\"" + UUID.randomUUID() + "\"");
        }
        if (!name.equals("exp")) {
            claims.add("\"exp\":" + end());
        }
        claims.add("\"" + name + "\":" + value);
        return "{" + String.join(",", claims) + "}";
    }

    private static String end() {
        return String.valueOf(Instant.now().plus(Duration.ofHours(1)).getEpochSecond());
    }
}
