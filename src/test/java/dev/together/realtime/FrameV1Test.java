package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.ObjectMapper;

class FrameV1Test {

    private final FrameV1 format = new FrameV1(new ObjectMapper());

    @Test
    void reads_an_object() throws Exception {
        var frame = format.read("""
                {"topic":"realtime:x","event":"phx_join","payload":{"a":1},"ref":"2","join_ref":"1"}""");

        assertThat(frame.joinRef()).isEqualTo("1");
        assertThat(frame.ref()).isEqualTo("2");
        assertThat(frame.topic()).isEqualTo("realtime:x");
        assertThat(frame.event()).isEqualTo("phx_join");
        assertThat(frame.payload()).hasToString("{\"a\":1}");
        assertThat(frame.bytes()).isNull();
    }

    @Test
    void reads_refs_that_are_null_or_left_out() throws Exception {
        var frame = format.read("{\"topic\":\"t\",\"event\":\"e\",\"payload\":{},\"ref\":null}");

        assertThat(frame.ref()).isNull();
        assertThat(frame.joinRef()).isNull();
    }

    @Test
    void refuses_a_ref_that_fits_into_no_binary_frame() throws Exception {
        var text = "{\"topic\":\"t\",\"event\":\"e\",\"payload\":{},\"ref\":\"%s\"}";

        assertThat(format.read(text.formatted("1".repeat(255))).topic()).isEqualTo("t");
        assertThatThrownBy(() -> format.read(text.formatted("1".repeat(256)))).isInstanceOf(Frame.Malformed.class);
    }

    @Test
    void a_topic_that_is_longer_than_any_channel_is_malformed() {
        var text = "{\"topic\":\"%s\",\"event\":\"e\",\"payload\":{},\"ref\":\"1\"}";

        assertThatThrownBy(() -> format.read(text.formatted("t".repeat(4_097)))).isInstanceOf(Frame.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "x", "null", "[]", "{}", "{\"topic\":\"t\",\"event\":\"e\",\"payload\":{}}",
            "{\"topic\":\"t\",\"event\":\"e\",\"ref\":null}", "{\"topic\":5,\"event\":\"e\",\"payload\":{},\"ref\":null}",
            "{\"topic\":\"t\",\"event\":null,\"payload\":{},\"ref\":null}",
            "{\"topic\":\"t\",\"event\":\"e\",\"payload\":{},\"ref\":1}" })
    void refuses_what_is_none(String text) {
        assertThatThrownBy(() -> format.read(text)).isInstanceOf(Frame.Malformed.class);
    }

    @Test
    void writes_without_join_ref() {
        assertThat(format.write("1", "2", "t\"", "phx_reply", Map.of()))
                .isEqualTo("{\"topic\":\"t\\\"\",\"event\":\"phx_reply\",\"payload\":{},\"ref\":\"2\"}");
        assertThat(format.broadcastHead("1", "t") + "{}" + format.broadcastTail())
                .isEqualTo("{\"topic\":\"t\",\"event\":\"broadcast\",\"payload\":{},\"ref\":null}");
        assertThat(format.isBinary()).isFalse();
    }
}
