package dev.together.presence;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** Presence as clients read it. */
class PresenceJson {

    private static final String REF = "phx_ref";
    private static final String PREVIOUS_REF = "phx_ref_prev";

    private PresenceJson() {
    }

    /** What a connection says of itself, with the refs, which are the server's to say. */
    static String meta(String ref, @Nullable Entry previous, ObjectNode said) {
        var meta = new ObjectNode(JsonNodeFactory.instance);
        meta.put(REF, ref);
        if (previous != null) {
            meta.put(PREVIOUS_REF, previous.ref());
        }
        said.fields().forEachRemaining(field -> {
            if (!field.getKey().equals(REF) && !field.getKey().equals(PREVIOUS_REF)) {
                meta.set(field.getKey(), field.getValue());
            }
        });
        return meta.toString();
    }

    /** By key, of each all that is tracked under it. */
    static String state(Collection<Entry> entries) {
        return entries.stream()
                .collect(Collectors.groupingBy(Entry::key, LinkedHashMap::new,
                        Collectors.mapping(Entry::meta, Collectors.joining(",", "{\"metas\":[", "]}"))))
                .entrySet().stream().map(key -> TextNode.valueOf(key.getKey()) + ":" + key.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    static String diff(Difference difference) {
        return "{\"joins\":" + state(difference.entered()) + ",\"leaves\":" + state(difference.left()) + "}";
    }
}
