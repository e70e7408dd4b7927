package io.syncline.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import graphql.GraphQLContext;
import graphql.schema.Coercing;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import io.syncline.changelog.Snapshot;
import java.util.Arrays;
import java.util.Locale;

/** {@code JSON}: any value, served in the very bytes in which it is stored. Output only. */
final class JsonScalar implements Coercing<Object, Object> {

    static final GraphQLScalarType TYPE = GraphQLScalarType.newScalar()
            .name("JSON")
            .coercing(new JsonScalar())
            .build();

    /** JSON as it is to be written. */
    static final class Text {

        private final byte[] json;

        private Text(byte[] json) {
            this.json = json;
        }

        void write(ByteOutput out) {
            out.write(json);
        }
    }

    private JsonScalar() {}

    /** The canonical form of a value, which is how it stands in a snapshot. */
    static Text canonical(JsonNode value) {
        ObjectNode holder = JsonNodeFactory.instance.objectNode().set("v", value);
        byte[] json = Snapshot.of(holder).bytes();
        return new Text(Arrays.copyOfRange(json, "{\"v\":".length(), json.length - 1));
    }

    @Override
    public Object serialize(Object value, GraphQLContext context, Locale locale) {
        if (value instanceof Text) {
            return value;
        }
        throw new CoercingSerializeException("not JSON");
    }
}
