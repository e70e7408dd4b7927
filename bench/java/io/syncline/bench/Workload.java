package io.syncline.bench;

/** Something to measure: one class each, listed in {@link Bench}. */
interface Workload {

    /** By which it is chosen on the command line: small letters, digits and dashes. */
    String name();

    /** Measures, and adds a row or more to the table. */
    void run(Setup setup, Table table) throws Exception;
}
