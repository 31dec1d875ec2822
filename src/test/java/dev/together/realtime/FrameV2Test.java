package dev.together.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.vertx.core.buffer.Buffer;

class FrameV2Test {

    private final FrameV2 format = new FrameV2(new ObjectMapper());

    @Test
    void reads_an_array_of_five() throws Exception {
        var frame = format.read("[\"1\",\"2\",\"realtime:x\",\"phx_join\",{\"a\":1}]");

        assertThat(frame.joinRef()).isEqualTo("1");
        assertThat(frame.ref()).isEqualTo("2");
        assertThat(frame.topic()).isEqualTo("realtime:x");
        assertThat(frame.event()).isEqualTo("phx_join");
        assertThat(frame.payload()).hasToString("{\"a\":1}");
    }

    @Test
    void refuses_a_ref_that_fits_into_no_binary_frame() throws Exception {
        var text = "[\"%s\",null,\"t\",\"e\",{}]";

        assertThat(format.read(text.formatted("1".repeat(255))).topic()).isEqualTo("t");
        assertThatThrownBy(() -> format.read(text.formatted("1".repeat(256)))).isInstanceOf(Frame.Malformed.class);
    }

    @Test
    void a_topic_that_is_longer_than_any_channel_is_malformed() {
        var text = "[null,\"1\",\"%s\",\"e\",{}]";

        assertThatThrownBy(() -> format.read(text.formatted("t".repeat(4_097)))).isInstanceOf(Frame.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "x", "null", "{}", "[]", "[1,2,3,4,5]", "[null,null,\"t\",\"e\"]",
            "[null,null,\"t\",\"e\",{},1]", "[null,null,null,\"e\",{}]", "[null,null,\"t\",5,{}]", "[{},null,\"t\",\"e\",{}]" })
    void refuses_what_is_none(String text) {
        assertThatThrownBy(() -> format.read(text)).isInstanceOf(Frame.Malformed.class);
    }

    /** The bytes that supabase-js was seen to send. */
    @Test
    void reads_a_binary_broadcast_of_json() throws Exception {
        var frame = format.read(bytes("0301010b040001").appendString("67realtime:r1chat{\"t\":\"hi\"}"));

        assertThat(frame.joinRef()).isEqualTo("6");
        assertThat(frame.ref()).isEqualTo("7");
        assertThat(frame.topic()).isEqualTo("realtime:r1");
        assertThat(frame.event()).isEqualTo("broadcast");
        assertThat(frame.payload()).hasToString("{\"type\":\"broadcast\",\"event\":\"chat\",\"payload\":{\"t\":\"hi\"}}");
        assertThat(frame.bytes()).isNull();
    }

    @Test
    void reads_a_binary_broadcast_of_raw_bytes_with_meta_and_without_refs() throws Exception {
        var frame = format
                .read(bytes("0300000b041000").appendString("realtime:r1chat{\"persist\":true}").appendByte((byte) -1));

        assertThat(frame.joinRef()).isNull();
        assertThat(frame.ref()).isNull();
        assertThat(frame.payload()).hasToString("{\"type\":\"broadcast\",\"event\":\"chat\"}");
        assertThat(frame.bytes()).isEqualTo(bytes("ff"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "03", "030101", "00010101010101", "03ffffffffff01",
            "03000000000001ff" })
    void refuses_binary_that_is_none(String hex) {

        assertThatThrownBy(() -> format.read(bytes(hex))).isInstanceOf(Frame.Malformed.class);
    }

    @Test
    void writes_an_array_of_five() {
        assertThat(format.write(null, "2", "t\"", "phx_reply", Map.of())).isEqualTo("[null,\"2\",\"t\\\"\",\"phx_reply\",{}]");
        assertThat(format.broadcastHead(null, "t") + "{}" + format.broadcastTail())
                .isEqualTo("[null,null,\"t\",\"broadcast\",{}]");
        assertThat(format.broadcastHead("6", "t") + "{}" + format.broadcastTail())
                .isEqualTo("[\"6\",null,\"t\",\"broadcast\",{}]");
        assertThat(format.isBinary()).isTrue();
    }

    @Test
    void writes_raw_bytes() {
        assertThat(FrameV2.writeBytes("realtime:r1", "chat", bytes("00ff")))
                .isEqualTo(bytes("040b040000").appendString("realtime:r1chat").appendBuffer(bytes("00ff")));
    }

    private static Buffer bytes(String hex) {
        return Buffer.buffer(HexFormat.of().parseHex(hex));
    }
}
