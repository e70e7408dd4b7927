package io.syncline.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Map;

/** Gives the rows that camel-jdbc read as JSON, nothing rounded. Safe for use by many threads. */
public final class UpstreamRows {

    private final JsonMapper mapper = JsonMapper.builder().build();

    /**
     * The rows as an array of objects. Times become RFC 3339 in UTC, those of a column without a zone being taken in this process's own; bytes
     * become base64; what only the database knows becomes its text, or JSON where it is that.
     */
    public JsonNode json(List<Map<String, Object>> rows) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(rows.size());
        for (Map<String, Object> row : rows) {
            ObjectNode object = array.addObject();
            row.forEach((column, value) -> object.set(column, value(value)));
        }
        return array;
    }

    private JsonNode value(Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (value == null) {
            return nodes.nullNode();
        }
        if (value instanceof Timestamp time) {
            return nodes.textNode(time.toInstant().toString());
        }
        if (value instanceof Date || value instanceof Time || value instanceof TemporalAccessor) {
            return nodes.textNode(value.toString());
        }
        if (value instanceof BigDecimal number) {
            return nodes.numberNode(number);
        }
        if (value instanceof Number || value instanceof Boolean || value instanceof byte[]) {
            return mapper.valueToTree(value);
        }
        return value instanceof String text ? nodes.textNode(text) : foreign(value.toString());
    }

    private JsonNode foreign(String text) {
        if (text.startsWith("{") || text.startsWith("[")) {
            try {
                return mapper.readTree(text);
            } catch (JsonProcessingException noJson) {
                // Then it is a text that begins so.
            }
        }
        return JsonNodeFactory.instance.textNode(text);
    }
}
