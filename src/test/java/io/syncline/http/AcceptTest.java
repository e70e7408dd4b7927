package io.syncline.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptTest {

    private static final List<String> OFFERED = List.of("application/json", "application/x-ndjson");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "*/*                                             | application/json",
                "application/*                                   | application/json",
                "application/x-ndjson                            | application/x-ndjson",
                "APPLICATION/X-NDJSON; Q=0.5                     | application/x-ndjson",
                "application/json;q=0.2, application/x-ndjson    | application/x-ndjson",
                "application/x-ndjson, application/json          | application/json",
                "text/html, */*;q=0.1                            | application/json",
                "application/json;q=0, */*                       | application/x-ndjson",
                "application/json;q=0                            | none",
                "text/html                                       | none",
                "''                                              | none",
                "application/json;q=abc                          | application/json",
                ",;,/;;q=                                        | none"
            })
    void picksWhatTheClientLikesBest(String accept, String expected) {
        assertThat(Accept.best(List.of(accept), OFFERED).orElse(null)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"application/json"})
    void picksTheFirstWithoutTheHeader(String expected) {
        assertThat(Accept.best(List.of(), OFFERED)).contains(expected);
    }
}
