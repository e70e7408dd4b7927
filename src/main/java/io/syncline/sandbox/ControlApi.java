package io.syncline.sandbox;

import io.syncline.sandbox.upstream.Call;
import io.syncline.sandbox.upstream.Edit;
import io.syncline.sandbox.upstream.RefusedException;
import io.syncline.sandbox.upstream.Reply;
import io.syncline.sandbox.upstream.Upstream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The sandbox's own API under {@code /sandbox}: its truth, changes on request, faults and pace. Thread-safe. */
final class ControlApi {
    static final String PREFIX = "/sandbox";
    private static final Set<String> FAULT_MEMBERS = Set.of(
            "source",
            "status",
            "count",
            "retryAfter",
            "latencyMs",
            "truncate",
            "duplicatePages",
            "emptyListing",
            "poison",
            "sameCursor",
            "html",
            "errors200",
            "noContent",
            "dropConnection");

    private final Map<String, Upstream> upstreams = new LinkedHashMap<>();
    private final Faults faults;
    private final Heartbeat heartbeat;

    ControlApi(List<Upstream> upstreams, Faults faults, Heartbeat heartbeat) {
        upstreams.forEach(upstream -> this.upstreams.put(upstream.source(), upstream));
        this.faults = faults;
        this.heartbeat = heartbeat;
    }

    Reply answer(Call call) {
        try {
            return switch (call.path()) {
                case PREFIX, PREFIX + "/" -> {
                    expect(call, "GET");
                    yield overview();
                }
                case PREFIX + "/state" -> {
                    expect(call, "GET");
                    yield state(call);
                }
                case PREFIX + "/changes" -> {
                    expect(call, "POST");
                    yield change(call);
                }
                case PREFIX + "/faults" -> {
                    expect(call, "GET", "PUT", "DELETE");
                    yield switch (call.method()) {
                        case "PUT" -> putFault(call);
                        case "DELETE" -> removeFaults(call);
                        default -> Reply.json(200, faults.show());
                    };
                }
                case PREFIX + "/pace" -> {
                    expect(call, "GET", "PUT");
                    yield call.method().equals("PUT") ? setPace(call) : Reply.json(200, heartbeat.paces());
                }
                default -> throw new RefusedException(404, "not_found", "There is nothing here.", null);
            };
        } catch (MethodException refused) {
            return error(405, "method_not_allowed", refused.getMessage(), "").with("Allow", refused.getMessage());
        } catch (RefusedException refused) {
            return error(
                    refused.status(),
                    refused.code(),
                    refused.getMessage(),
                    refused.field().orElse(""));
        }
    }

    /** An error in the form of this API; an empty {@code field} is shown as null. */
    static Reply error(int status, String code, String message, String field) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", message);
        error.put("field", field.isEmpty() ? null : field);
        return Reply.json(status, Map.of("error", error));
    }

    private Reply overview() {
        Map<String, Object> sources = new LinkedHashMap<>();
        upstreams.forEach((source, upstream) -> {
            Map<String, Integer> counts = new LinkedHashMap<>();
            for (String entityType : upstream.entityTypes()) {
                counts.put(entityType, upstream.count(entityType));
            }
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("path", upstream.prefix());
            shown.put("entities", counts);
            shown.put("sequence", upstream.sequence());
            shown.put("changesPerSecond", heartbeat.paces().get(source));
            sources.put(source, shown);
        });
        return Reply.json(200, Map.of("sources", sources, "faults", faults.show()));
    }

    private Reply state(Call call) throws RefusedException {
        Upstream upstream = upstream(call.parameters().getOrDefault("source", ""));
        String entityType = ControlRequest.entityType(
                call.parameters().getOrDefault("entityType", ""), "entityType", upstream.entityTypes());
        return Reply.json(200, new TreeMap<>(upstream.living(entityType)));
    }

    private Reply change(Call call) throws RefusedException {
        ControlRequest request = ControlRequest.read(call, Set.of("source", "changes"));
        Upstream upstream = upstream(request.text("source"));
        List<Edit> edits = request.edits(upstream.entityTypes());
        upstream.apply(edits);
        return Reply.json(200, Map.of("applied", edits.size()));
    }

    private Reply putFault(Call call) throws RefusedException {
        ControlRequest request = ControlRequest.read(call, FAULT_MEMBERS);
        Upstream upstream = upstream(request.text("source"));
        faults.put(upstream.source(), request.fault());
        upstream.heal();
        return Reply.json(200, faults.show());
    }

    private Reply removeFaults(Call call) throws RefusedException {
        String source = call.parameters().getOrDefault("source", "");
        List<Upstream> named = source.isEmpty() ? List.copyOf(upstreams.values()) : List.of(upstream(source));
        for (Upstream upstream : named) {
            faults.remove(upstream.source());
            upstream.heal();
        }
        return Reply.empty(204);
    }

    private Reply setPace(Call call) throws RefusedException {
        ControlRequest request = ControlRequest.read(call, Set.of("source", "changesPerSecond"));
        double pace = request.number("changesPerSecond", 0, SandboxOptions.FASTEST);
        List<Upstream> named =
                request.has("source") ? List.of(upstream(request.text("source"))) : List.copyOf(upstreams.values());
        named.forEach(upstream -> heartbeat.setPace(upstream.source(), pace));
        return Reply.json(200, heartbeat.paces());
    }

    private Upstream upstream(String source) throws RefusedException {
        Upstream upstream = upstreams.get(source);
        if (upstream == null) {
            throw RefusedException.invalid(
                    "source", "No such source; there are " + String.join(", ", upstreams.keySet()) + ".");
        }
        return upstream;
    }

    private static void expect(Call call, String... methods) throws MethodException {
        if (!List.of(methods).contains(call.method())) {
            throw new MethodException(String.join(", ", methods));
        }
    }

    private static final class MethodException extends Exception {
        private MethodException(String allowed) {
            super(allowed);
        }
    }
}
