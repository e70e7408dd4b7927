package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.CanonicalJson;

/** A type of values without fields. */
interface PlainType extends ValueType {

    /**
     * The value in its normal form, as it is where it has that already.
     *
     * @throws InvalidValueException as {@link #write}
     */
    JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException;

    @Override
    default void write(JsonNode value, CanonicalJson out, RecordNotes notes) throws InvalidValueException {
        out.value(normalise(value, notes));
    }
}
