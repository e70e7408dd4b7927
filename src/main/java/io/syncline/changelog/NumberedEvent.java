package io.syncline.changelog;

import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;

/** Something that happens among the changes and has a number of their sequence, but is none of them. */
@FunctionalInterface
public interface NumberedEvent<T> {

    /**
     * Writes it down.
     *
     * @param number draws the number, and makes every append wait until the transaction ends; not drawn, none is used up
     */
    T in(Handle transaction, LongSupplier number);
}
