package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.CanonicalJson;

/** A type of a value, compiled from the SDL: checks a value and writes it in the one form in which it is stored. */
interface ValueType {

    /**
     * Writes the value in its normal form; after a failure what is written is of no use.
     *
     * @param value never null, but may be JSON's null
     * @throws InvalidValueException saying what is wrong, beginning with a blank-free path or a verb
     * @throws IllegalArgumentException if it holds what cannot be written
     */
    void write(JsonNode value, CanonicalJson out, RecordNotes notes) throws InvalidValueException;
}
