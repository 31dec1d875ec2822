package dev.together.browser;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a token of local mode. */
class LocalPeopleIT {

    private static final String BODY = "{\"name\":\"Alice\"}";

    @SuppressWarnings("NullAway.Init") // set before all
    private static RunningLocally together;

    @BeforeAll
    static void start() throws IOException {
        together = RunningLocally.start();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        together.close();
    }

    @ParameterizedTest
    @ValueSource(strings = { "127.0.0.1", "127.0.0.1:8080", "localhost:%d", "LocalHost", "[::1]", "[::1]:8080" })
    void this_machine_by_any_of_its_names_does(String host) throws IOException {
        assertThat(answer(host.formatted(together.port()), "same-origin")).startsWith("HTTP/1.1 200").contains("\"token\"");
    }

    /** A site whose name comes to mean 127.0.0.1 is its own origin to the browser. */
    @ParameterizedTest
    @ValueSource(strings = { "site.example", "site.example:%d", "127.0.0.1.site.example", "localhost.site.example", "[::2]",
            "127.0.0.2" })
    void a_site_that_calls_this_machine_by_its_own_name_does_not(String host) throws IOException {
        assertThat(answer(host.formatted(together.port()), "same-origin")).startsWith("HTTP/1.1 403")
                .contains("Only the page itself may ask for this").doesNotContain("\"token\"");
    }

    @ParameterizedTest
    @ValueSource(strings = { "cross-site", "same-site", "none" })
    void another_site_does_not(String site) throws IOException {
        assertThat(answer("127.0.0.1", site)).startsWith("HTTP/1.1 403").doesNotContain("\"token\"");
    }

    /** Byte by byte, as no client of HTTP lets one choose the host. */
    private static String answer(String host, String site) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), together.port())) {
            socket.getOutputStream().write("""
                    POST /local/session HTTP/1.1
                    Host: %s
                    Sec-Fetch-Site: %s
                    Content-Type: application/json
                    Content-Length: %d
                    Connection: close

                    %s""".formatted(host, site, BODY.length(), BODY).replace("\n", "\r\n").getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }
}
