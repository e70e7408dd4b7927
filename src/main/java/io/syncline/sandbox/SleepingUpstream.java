package io.syncline.sandbox;

import io.syncline.sandbox.upstream.Call;
import io.syncline.sandbox.upstream.Distortion;
import io.syncline.sandbox.upstream.Edit;
import io.syncline.sandbox.upstream.RefusedException;
import io.syncline.sandbox.upstream.Reply;
import io.syncline.sandbox.upstream.Upstream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An upstream that is built when somebody first asks for it, and does not live before: most who start the sandbox want
 * one of its upstreams and should not wait for the others. Thread-safe.
 */
final class SleepingUpstream implements Upstream {
    private final String source;
    private final String prefix;
    private final Supplier<Upstream> birth;
    private volatile Optional<Upstream> awake = Optional.empty();

    SleepingUpstream(String source, String prefix, Supplier<Upstream> birth) {
        this.source = source;
        this.prefix = prefix;
        this.birth = birth;
    }

    private Upstream wake() {
        if (awake.isEmpty()) {
            synchronized (this) {
                if (awake.isEmpty()) {
                    awake = Optional.of(birth.get());
                }
            }
        }
        return awake.get();
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public String prefix() {
        return prefix;
    }

    @Override
    public List<String> entityTypes() {
        return wake().entityTypes();
    }

    @Override
    public Reply answer(Call call, Distortion distortion) {
        return wake().answer(call, distortion);
    }

    @Override
    public int count(String entityType) {
        return wake().count(entityType);
    }

    @Override
    public long sequence() {
        return wake().sequence();
    }

    @Override
    public Map<String, Map<String, Object>> living(String entityType) {
        return wake().living(entityType);
    }

    @Override
    public void apply(List<Edit> edits) throws RefusedException {
        wake().apply(edits);
    }

    @Override
    public void live() {
        awake.ifPresent(Upstream::live);
    }

    @Override
    public void heal() {
        awake.ifPresent(Upstream::heal);
    }
}
