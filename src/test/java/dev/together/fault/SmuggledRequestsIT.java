package dev.together.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.together.testing.OneProcess;
import dev.together.testing.Person;
import dev.together.testing.RawHttp;
import io.vertx.core.json.JsonObject;

/**
 * Requests that say in two ways where they end, so that a proxy may take a part of one for another: whatever stands behind is
 * never a request of its own, and the connection ends.
 */
class SmuggledRequestsIT {

    private static final String END = "0\\r\\n\\r\\n";

    @RegisterExtension
    private static final OneProcess TOGETHER = new OneProcess();

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, value = {
            "Content-Length: 2\\r\\nTransfer-Encoding: chunked\\r\\n|" + END,
            "Transfer-Encoding: chunked\\r\\nContent-Length: 2\\r\\n|" + END,
            "Content-Length: 2\\r\\nContent-Length: 3\\r\\n|{}",
            "Content-Length: +2\\r\\n|{}",
            "Content-Length: 2, 3\\r\\n|{}",
            "Transfer-Encoding : chunked\\r\\n|" + END,
            "Transfer-Encoding:\\r\\n chunked\\r\\n|" + END,
            "Transfer-Encoding:\\r\\n\\tchunked\\r\\nContent-Length: 2\\r\\n|" + END,
            "Transfer-Encoding: xchunked\\r\\n|" + END,
            "Transfer-Encoding: xchunked\\r\\nContent-Length: 2\\r\\n|{}",
            "Transfer-Encoding: identity\\r\\nContent-Length: 2\\r\\n|{}",
            "Transfer-Encoding: chunked, identity\\r\\n|" + END,
            "Transfer-Encoding: chunked\\r\\n|2\\r\\n{}\\r\\n" + END,
            "Transfer-Encoding: chunked\\r\\n|1;a=\"\\r\\n\\r\\n\"\\r\\nx\\r\\n" + END,
            "Transfer-Encoding: chunked\\r\\n|2;a=\"\\n{}\\r\\n" + END,
            "Transfer-Encoding: chunked\\r\\n|2;\\n{}\\r\\n" + END,
            "Transfer-Encoding: chunked\\r\\n|00000000000000002\\r\\n{}\\r\\n" + END,
            "Content-Encoding: gzip\\r\\nContent-Length: 2\\r\\n|{}",
            "Content-Length: 9999999\\r\\n|{}",
    })
    void what_stands_behind_an_ambiguous_request_is_no_request(String headers, String body) {
        try (var alice = new Person(TOGETHER.url()); var wire = alice.online()) {
            var answers = RawHttp.send(TOGETHER.url(), call(alice, headers, body) + create(alice));

            assertThat(answers.statuses()).as(answers.text()).hasSizeLessThanOrEqualTo(1).isSubsetOf(400, 411, 413, 415);
            assertThat(answers.isClosed()).as("The connection is closed").isTrue();
            wire.hearsNothing();
            assertThat(conversations(alice)).isEmpty();
        }
    }

    @Test
    void a_request_that_was_sent_before_its_turn_behind_a_refused_one_is_none_either() {
        try (var alice = new Person(TOGETHER.url())) {
            var chunked = call(alice, "Transfer-Encoding: chunked\\r\\n", "2\\r\\n{}\\r\\n" + END);
            var answers = RawHttp.send(TOGETHER.url(), list(alice) + chunked + create(alice) + create(alice));

            assertThat(answers.statuses()).as(answers.text()).containsExactly(200, 411);
            assertThat(conversations(alice)).isEmpty();
        }
    }

    @Test
    void requests_one_behind_the_other_are_answered_in_their_order() {
        try (var alice = new Person(TOGETHER.url())) {
            var answers = RawHttp.send(TOGETHER.url(), list(alice) + create(alice));

            assertThat(answers.statuses()).containsExactly(200, 200);
            assertThat(conversations(alice)).hasSize(1);
        }
    }

    private static List<?> conversations(Person person) {
        return person.calls("list-conversations", new JsonObject()).succeeds().getJsonArray("conversations").getList();
    }

    private static String list(Person person) {
        return call(person, "Content-Length: 2\\r\\n", "{}");
    }

    private static String create(Person person) {
        var body = "{\"mode\":\"smuggled\"}";
        return "POST /functions/v1/create-conversation HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Authorization: Bearer " + person.token + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String call(Person person, String headers, String body) {
        return "POST /functions/v1/list-conversations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Authorization: Bearer " + person.token + "\r\n" + unescaped(headers) + "\r\n" + unescaped(body);
    }

    private static String unescaped(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t");
    }
}
