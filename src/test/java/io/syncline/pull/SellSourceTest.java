package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.pull.ScriptedSell.Asked;
import io.syncline.pull.ScriptedSell.Mishap;
import io.syncline.pull.SyncedData.JobRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a Sell service may do wrong on the wire, each done to an integration of its own. */
final class SellSourceTest extends OnScriptedSell {

    private static final String PAGE_WITHOUT_ITEMS =
            "{\"items\":[],\"meta\":{\"type\":\"collection\",\"count\":0,\"count_left\":5}}";
    /** By integration, what goes wrong once, at which request. */
    private static final Map<String, Mishap> ONCE = new LinkedHashMap<>();

    static {
        ONCE.put("start-lost-on-the-way", Mishap.dropBefore());
        ONCE.put("start-lost-on-the-way-back", Mishap.dropAfter());
        ONCE.put("get-lost-on-the-way", Mishap.dropBefore());
        ONCE.put("get-lost-on-the-way-back", Mishap.dropAfter());
        ONCE.put("ack-lost-on-the-way", Mishap.dropBefore());
        ONCE.put("ack-lost-on-the-way-back", Mishap.dropAfter());
        ONCE.put("get-failed", Mishap.answer(500, ""));
        ONCE.put("start-unavailable", Mishap.answer(503, "").retryAfter(1));
        ONCE.put("get-throttled-for-a-second", Mishap.answer(429, "{}").retryAfter(1));
        ONCE.put("ack-throttled-without-a-word", Mishap.answer(429, ""));
        ONCE.put("get-throttled-without-a-word", Mishap.answer(429, ""));
        ONCE.put("start-throttled-by-redirect", Mishap.redirect("https://api.example/429.json"));
        ONCE.put("get-throttled-as-not-found", Mishap.answer(404, "No route matches [GET] \"/429.json\""));
        ONCE.put("get-empty-in-mid-flow", Mishap.answer(200, PAGE_WITHOUT_ITEMS));
        ONCE.put("get-truncated", Mishap.answer(200, "{\"items\":[{\"data\":{\"id\":1"));
        ONCE.put("get-a-web-page", Mishap.answer(200, "<!doctype html><title>Maintenance</title>"));
        ONCE.put("ack-failed", Mishap.answer(503, "{}"));
    }

    private final List<String> tooEarly = new CopyOnWriteArrayList<>();

    @Override
    void makeAccounts() {
        ONCE.forEach((name, mishap) -> {
            String what = name.substring(0, name.indexOf('-'));
            int at = what.equals("get") ? 2 : 1;
            fiveLeads(add(name, asked -> Optional.of(mishap)
                    .filter(now -> asked.what().equals(what) && asked.number() == at)));
        });
        fiveLeads(add("committed-first", asked -> {
            int acknowledged = asked.what().equals("ack") ? Math.min(5, 2 * asked.number()) : 0;
            if (data.entities("committed-first", "lead").size() < acknowledged) {
                tooEarly.add(asked.toString());
            }
            return Optional.empty();
        }));
        fiveLeads(add(
                "never-ending",
                asked -> asked.what().equals("get") && asked.number() <= 12
                        ? Optional.of(Mishap.answer(200, PAGE_WITHOUT_ITEMS))
                        : Optional.empty()));
    }

    static Iterable<String> mishaps() {
        return ONCE.keySet();
    }

    @ParameterizedTest
    @MethodSource("mishaps")
    void losesNothingAndAcknowledgesEverything(String name) {
        awaitAcknowledged(name);

        assertThat(data.entities(name, "lead")).containsOnlyKeys("1", "2", "3", "4", "5");
        assertThat(data.changes(name)).isEqualTo(5);
        assertThat(data.jobs(name)).extracting(JobRow::status).doesNotContain("failed", "paused");
    }

    @Test
    void endsOnlyOnThe204() {
        List<String> expected = List.of("start", "get", "ack", "get", "get", "ack", "get", "ack", "get", "start");

        List<Asked> log = Waiting.until("the next sync", () -> Optional.of(
                        account("get-empty-in-mid-flow").log())
                .filter(asked -> asked.size() >= expected.size()));

        assertThat(log).extracting(Asked::what).startsWith(expected.toArray(String[]::new));
    }

    @Test
    void acknowledgesOnlyWhatIsCommitted() {
        awaitAcknowledged("committed-first");

        assertThat(tooEarly).isEmpty();
    }

    @Test
    void givesUpOnEmptyPagesWithoutAnEndAndComesBack() {
        awaitAcknowledged("never-ending");

        assertThat(data.entities("never-ending", "lead")).hasSize(5);
        List<String> asked =
                account("never-ending").log().stream().map(Asked::what).toList();
        List<String> untilItGaveUp = new ArrayList<>(Collections.nCopies(11, "get"));
        untilItGaveUp.add(0, "start");
        untilItGaveUp.add("start");
        assertThat(asked).startsWith(untilItGaveUp.toArray(String[]::new));
    }
}
