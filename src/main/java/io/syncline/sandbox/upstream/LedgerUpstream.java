package io.syncline.sandbox.upstream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An upstream whose entities stand in a ledger: what is the same for every protocol in front of one. Thread-safe. */
public abstract class LedgerUpstream implements Upstream {

    /** What lives and has changed. */
    protected final Ledger ledger;

    private final String source;
    private final List<String> entityTypes;

    /** @param remembered changes that are kept */
    protected LedgerUpstream(String source, List<String> entityTypes, int remembered) {
        this.source = source;
        this.entityTypes = List.copyOf(entityTypes);
        this.ledger = new Ledger(entityTypes, remembered);
    }

    @Override
    public final String source() {
        return source;
    }

    @Override
    public final String prefix() {
        return "/" + source + "/";
    }

    @Override
    public final List<String> entityTypes() {
        return entityTypes;
    }

    @Override
    public final int count(String entityType) {
        return ledger.count(entityType);
    }

    @Override
    public final long sequence() {
        return ledger.head();
    }

    @Override
    public final Map<String, Map<String, Object>> living(String entityType) {
        Map<String, Map<String, Object>> living = new HashMap<>();
        ledger.living(entityType).forEach((id, fields) -> living.put(id, shown(fields)));
        return living;
    }

    /** An entity as whoever pulls is to hold it in the end. */
    protected Map<String, Object> shown(Fields fields) {
        return fields.toMap();
    }
}
