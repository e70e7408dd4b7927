package io.syncline.sandbox.sell;

import io.syncline.sandbox.upstream.Fields;
import io.syncline.sandbox.upstream.Ledger;
import io.syncline.sandbox.upstream.Ledger.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Replays the history of the companies and sells to them meanwhile. Begins with the first day of the history; each
 * event is the next change of it or, one time in four and always after its end, something about a deal, task, note or
 * lead. Thread-safe.
 */
final class SalesLife {
    private static final long FIRST_COMPANY = 1_001;

    private final Ledger ledger;
    private final SellRecords records;
    private final SplittableRandom random;
    private final Deque<CompanyChange> history;
    private final Map<String, Long> ids = new HashMap<>();
    private final Map<String, String> firstSeen = new HashMap<>();
    private long nextId = 10_000;
    private String now = "";

    SalesLife(Ledger ledger, SellRecords records, long seed) {
        this.ledger = ledger;
        this.records = records;
        this.random = new SplittableRandom(seed);
        this.history = new ArrayDeque<>(CompanyChange.readAll());
    }

    void begin() {
        synchronized (ledger) {
            beginAccount();
            List<CompanyChange> firstDay = new ArrayList<>();
            String day = history.getFirst().at();
            while (history.getFirst().at().equals(day)) {
                firstDay.add(history.remove());
            }
            firstDay.forEach(this::replay);
            for (CompanyChange company : firstDay) {
                beginSales(company);
            }
        }
    }

    /** How many changes of the companies' history are still to come. */
    int toCome() {
        synchronized (ledger) {
            return history.size();
        }
    }

    void next() {
        synchronized (ledger) {
            if (!history.isEmpty() && random.nextInt(4) != 0) {
                replay(history.remove());
            } else {
                sell();
            }
        }
    }

    private void beginAccount() {
        for (int number = 1; number <= SellRecords.USERS; number++) {
            put("user", records.user(number));
        }
        for (int number = 1; number <= SellRecords.PIPELINES; number++) {
            put("pipeline", records.pipeline(number));
        }
        for (int number = 1; number <= SellRecords.PIPELINES * SellRecords.STAGES.size(); number++) {
            put("stage", records.stage(number));
        }
        for (String entityType : List.of("source", "lead_source", "deal_source")) {
            for (int number = 1; number <= SellRecords.SOURCES; number++) {
                put(entityType, records.source(entityType, number));
            }
        }
        for (int number = 1; number <= SellRecords.REASONS; number++) {
            put("loss_reason", records.lossReason(number));
        }
        TreeSet<String> sectors = new TreeSet<>();
        history.stream()
                .map(change -> change.text("sector"))
                .filter(name -> !name.isEmpty())
                .forEach(sectors::add);
        int number = 0;
        for (String sector : sectors) {
            put("tag", records.tag(++number, sector));
        }
    }

    private void beginSales(CompanyChange company) {
        long contactId = ids.get(company.symbol());
        put("lead", records.lead(nextId++, company));
        for (int deal = 0; deal < 2; deal++) {
            long dealId = nextId++;
            put("deal", records.deal(dealId, contactId, company.text("name") + ", order " + (deal + 1), now));
            put("note", records.note(nextId++, "deal", dealId, now));
            put("task", records.task(nextId++, "deal", dealId, now));
        }
        put("note", records.note(nextId++, "contact", contactId, now));
    }

    private void replay(CompanyChange change) {
        now = change.at();
        long id = ids.computeIfAbsent(change.symbol(), symbol -> FIRST_COMPANY + ids.size());
        if (change.deleted()) {
            ledger.delete("contact", Long.toString(id));
            firstSeen.remove(change.symbol());
        } else {
            String createdAt = firstSeen.computeIfAbsent(change.symbol(), symbol -> now);
            put("contact", records.contact(id, change, createdAt));
        }
    }

    private void sell() {
        switch (random.nextInt(8)) {
            case 0 ->
                ledger.pick("contact", random)
                        .ifPresent(contact -> put(
                                "deal",
                                records.deal(
                                        nextId++,
                                        Long.parseLong(contact.entityId()),
                                        contact.data().orElseThrow().text("name") + ", order " + nextId,
                                        now)));
            case 1 -> remove(random.nextInt(3) == 0 ? "deal" : random.nextInt(2) == 0 ? "task" : "note");
            case 2 ->
                ledger.pick("deal", random)
                        .ifPresent(deal ->
                                put("note", records.note(nextId++, "deal", Long.parseLong(deal.entityId()), now)));
            case 3 -> change("lead", "status", List.of("New", "Working", "Unqualified", "Qualified"));
            case 4 -> change("task", "completed", List.of(true, false));
            default -> {
                List<Long> stages = new ArrayList<>();
                for (long stage = 1; stage <= (long) SellRecords.PIPELINES * SellRecords.STAGES.size(); stage++) {
                    stages.add(stage);
                }
                change("deal", "stage_id", stages);
            }
        }
    }

    private void remove(String entityType) {
        ledger.pick(entityType, random).ifPresent(entry -> ledger.delete(entityType, entry.entityId()));
    }

    private void change(String entityType, String field, List<?> values) {
        Optional<Entry> picked = ledger.pick(entityType, random);
        picked.flatMap(Entry::data)
                .ifPresent(fields -> put(
                        entityType,
                        fields.with(field, values.get(random.nextInt(values.size())))
                                .with("updated_at", now)));
    }

    private void put(String entityType, Fields fields) {
        ledger.put(entityType, fields.text("id"), fields);
    }
}
