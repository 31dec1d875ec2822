package dev.together.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;

/** A description of what the application takes and gives: OpenAPI or AsyncAPI, as it is served. */
public class Described {

    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(VersionFlag.V202012);
    private static final SchemaValidatorsConfig STRICT = SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

    private final JsonNode document;

    public Described(URI address) {
        try {
            document = new YAMLMapper().readTree(address.toURL());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What stands at this JSON pointer; references are followed. */
    public JsonNode at(String pointer) {
        var node = document.at(pointer);
        return node.has("$ref") ? at(node.get("$ref").textValue().substring(1)) : node;
    }

    /** What contradicts the schema of this name; empty when nothing does. */
    public List<String> complaints(String schema, String json) {
        return complaints(JsonNodeFactory.instance.objectNode().put("$ref", "#/components/schemas/" + schema), json);
    }

    /** What contradicts this schema of the document. */
    public List<String> complaints(JsonNode schema, String json) {
        var whole = JsonNodeFactory.instance.objectNode();
        whole.setAll((ObjectNode) schema.deepCopy());
        whole.set("components", document.get("components"));
        return SCHEMAS.getSchema(whole, STRICT).validate(json, InputFormat.JSON).stream()
                .map(ValidationMessage::getMessage).toList();
    }
}
