package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;

/** A type of a value, compiled from the SDL: checks a value and gives it in the one form in which it is stored. */
interface ValueType {

    /**
     * The value in its normal form.
     *
     * @param value never null, but may be JSON's null
     * @throws InvalidValueException saying what is wrong, beginning with a blank-free path or a verb
     */
    JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException;
}
