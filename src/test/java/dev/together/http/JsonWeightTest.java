package dev.together.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.core.JsonFactory;

class JsonWeightTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "1|0", "`\"[,{:\"`|0", "[]|1", "{}|1", "[[],[]]|4", "[1,2,3]|3", "{\"a\":1}|2", "{\"a\":{\"b\":[]}}|5",
            "[\"\\\"[,\",1]|2", "[\"\\\\\",[]]|3", "[\"[\\\\\\\",[\"]|1" })
    void what_begins_in_it_counts_and_what_is_in_a_text_does_not(String json, int values) {
        assertThat(JsonWeight.values(bytes(json))).isEqualTo(values);
    }

    @Test
    void what_is_no_json_is_counted_as_well() {
        assertThat(JsonWeight.values(bytes(""))).isZero();
        assertThat(JsonWeight.values(bytes("\"[[["))).isZero();
        assertThat(JsonWeight.values(bytes("\"\\"))).isZero();
        assertThat(JsonWeight.values(bytes("[".repeat(1_000)))).isEqualTo(1_000);
    }

    @Test
    void nothing_has_more_values_than_are_counted() throws IOException {
        var random = new Random(7);
        for (int round = 0; round < 300; round++) {
            var json = value(random, 5);

            assertThat(JsonWeight.values(bytes(json))).as(json).isGreaterThanOrEqualTo(read(json) - 1);
        }
    }

    @Test
    void its_weight_is_its_bytes_three_times_and_an_object_for_each_value() {
        assertThat(JsonWeight.of(0, 0)).isZero();
        assertThat(JsonWeight.of(100, 0)).isEqualTo(300);
        assertThat(JsonWeight.of(100, 10)).isEqualTo(940);
        assertThat(JsonWeight.of(Integer.MAX_VALUE, JsonWeight.MOST_VALUES)).isGreaterThan(Integer.MAX_VALUE * 3L);
    }

    /** Objects, arrays, texts and numbers, as a parser finds them. */
    private static int read(String json) throws IOException {
        int values = 0;
        try (var parser = new JsonFactory().createParser(json)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                values += token.isScalarValue() || token.isStructStart() ? 1 : 0;
            }
        }
        return values;
    }

    private static String value(Random random, int depth) {
        int kind = random.nextInt(depth == 0 ? 2 : 4);
        if (kind == 0) {
            return String.valueOf(random.nextInt());
        }
        if (kind == 1) {
            return "\"" + "[,\\\\\\\"{:".repeat(random.nextInt(3)) + "\"";
        }
        var values = new StringBuilder();
        for (int at = random.nextInt(4); at > 0; at--) {
            values.append(kind == 2 ? "" : "\"" + at + "\":").append(value(random, depth - 1)).append(at > 1 ? "," : "");
        }
        return kind == 2 ? "[" + values + "]" : "{" + values + "}";
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
