package io.syncline.sandbox.plane;

import io.syncline.sandbox.plane.PageRequest.WrongPageException;
import io.syncline.sandbox.upstream.Call;
import io.syncline.sandbox.upstream.Distortion;
import io.syncline.sandbox.upstream.Fields;
import io.syncline.sandbox.upstream.Ledger;
import io.syncline.sandbox.upstream.Poison;
import io.syncline.sandbox.upstream.Reply;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The reading half of the REST API: lists and single records, within a rate limit. Thread-safe. */
final class PlaneDoor {
    static final String WORKSPACE = "syncline";

    private static final Pattern PATH = Pattern.compile(
            "/plane/api/v1/workspaces/([^/]+)/projects(?:/([^/]+)"
                    + "(?:/(states|labels|(?:archived-)?cycles|(?:archived-)?modules|work-items|issues)(?:/([^/]+)(?:/(comments)(?:/([^/]+))?)?)?)?)?/?");
    private static final Map<String, String> TYPES = Map.of(
            "states", "state",
            "labels", "label",
            "cycles", "cycle",
            "modules", "module",
            "archived-cycles", "cycle",
            "archived-modules", "module",
            "work-items", "work_item",
            "issues", "work_item",
            "comments", "comment");
    private static final Map<String, Comparator<Fields>> ORDERS = Map.of(
            "created_at", by("created_at"),
            "-created_at", by("created_at").reversed(),
            "updated_at", by("updated_at"),
            "-updated_at", by("updated_at").reversed());

    private final Ledger ledger;
    private final Poison poison;
    private final byte[] key;
    private final RateLimit limit;

    PlaneDoor(Ledger ledger, Poison poison, String key, RateLimit limit) {
        this.ledger = ledger;
        this.poison = poison;
        this.key = key.getBytes(StandardCharsets.UTF_8);
        this.limit = limit;
    }

    Reply answer(Call call, Distortion distortion) {
        boolean known = call.header("x-api-key")
                .filter(sent -> MessageDigest.isEqual(sent.getBytes(StandardCharsets.UTF_8), key))
                .isPresent();
        if (!known) {
            return Reply.json(401, Map.of("detail", "Given API token is not valid"));
        }
        RateLimit.Verdict verdict = limit.take();
        Reply reply = verdict.allowed()
                ? answerAllowed(call, distortion)
                : Reply.json(429, Map.of("error_code", 5900, "error_message", "RATE_LIMIT_EXCEEDED"));
        return reply.with("X-RateLimit-Remaining", Integer.toString(verdict.remaining()))
                .with("X-RateLimit-Reset", Long.toString(verdict.resetAt()));
    }

    private Reply answerAllowed(Call call, Distortion distortion) {
        Matcher path = PATH.matcher(call.path());
        boolean there = path.matches()
                && (path.group(5) == null || TYPES.get(path.group(3)).equals("work_item"));
        if (!there) {
            return Reply.json(404, Map.of("error", "Page not found."));
        }
        if (!call.method().equals("GET")) {
            return Reply.json(405, Map.of("detail", "Method \"" + call.method() + "\" not allowed."))
                    .with("Allow", "GET");
        }
        if (!call.accepts("application/json")) {
            return Reply.json(406, Map.of("detail", "Could not satisfy the request Accept header."));
        }
        if (!path.group(1).equals(WORKSPACE)) {
            return forbidden();
        }
        String project = path.group(2);
        if (project == null) {
            return list("project", any -> true, call, distortion);
        }
        if (ledger.find("project", project).isEmpty()) {
            return notFound();
        }
        if (path.group(3) == null) {
            return one("project", project, any -> true);
        }
        if (one("project", project, fields -> fields.get("is_member").equals(Optional.of(true)))
                        .status()
                != 200) {
            return forbidden();
        }
        Predicate<Fields> inProject = fields -> fields.text("project").equals(project);
        String collection = TYPES.get(path.group(3));
        String id = path.group(4);
        if (path.group(5) == null) {
            boolean archived = path.group(3).startsWith("archived-");
            if (id == null) {
                return list(collection, inProject.and(fields -> archived == isArchived(fields)), call, distortion);
            }
            return archived ? notFound() : one(collection, id, inProject);
        }
        if (one(collection, id, inProject).status() != 200) {
            return notFound();
        }
        Predicate<Fields> ofItem = inProject.and(fields -> fields.text("issue").equals(id));
        return path.group(6) == null
                ? list("comment", ofItem, call, distortion)
                : one("comment", path.group(6), ofItem);
    }

    private static boolean isArchived(Fields fields) {
        return fields.get("archived_at").isPresent();
    }

    private Reply one(String entityType, String id, Predicate<Fields> visible) {
        Optional<Fields> found =
                ledger.find(entityType, id).flatMap(Ledger.Entry::data).filter(visible);
        return found.map(fields -> Reply.json(200, fields.toMap())).orElseGet(PlaneDoor::notFound);
    }

    private Reply list(String entityType, Predicate<Fields> visible, Call call, Distortion distortion) {
        Comparator<Fields> order = ORDERS.get(call.parameters().getOrDefault("order_by", "-created_at"));
        if (order == null) {
            return Reply.json(400, Map.of("detail", "Invalid order_by parameter."));
        }
        PageRequest page;
        try {
            page = PageRequest.read(call);
        } catch (WrongPageException wrong) {
            return Reply.json(400, Map.of("detail", wrong.getMessage()));
        }
        List<Fields> all = new ArrayList<>();
        if (!distortion.emptyListing()) {
            ledger.living(entityType).values().stream().filter(visible).forEach(all::add);
            all.sort(order.thenComparing(by("id")));
        }
        if (page.canRepeat() && page.start() < all.size() && distortion.takeDuplicatePage()) {
            return page(entityType, all, page.before(), page.sameInOtherWords(), true, distortion);
        }
        boolean more = page.start() + page.perPage() < all.size();
        return distortion.sameCursor()
                ? page(entityType, all, page, page.cursor(), true, distortion)
                : page(entityType, all, page, page.next(), more, distortion);
    }

    private Reply page(
            String entityType, List<Fields> all, PageRequest page, String next, boolean more, Distortion distortion) {
        int from = Math.min(page.start(), all.size());
        int to = Math.min(from + page.perPage(), all.size());
        List<Map<String, Object>> results = new ArrayList<>();
        for (Fields fields : all.subList(from, to)) {
            Map<String, Object> record = fields.toMap();
            poison.offer(entityType, fields.text("id"), record, results.isEmpty(), distortion);
            results.add(record);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("grouped_by", null);
        body.put("sub_grouped_by", null);
        body.put("total_count", all.size());
        body.put("next_cursor", next);
        body.put("prev_cursor", page.previous());
        body.put("next_page_results", more);
        body.put("prev_page_results", page.offset() > 0);
        body.put("count", results.size());
        body.put("total_pages", (all.size() + page.perPage() - 1) / page.perPage());
        body.put("total_results", all.size());
        body.put("extra_stats", null);
        body.put("results", results);
        return Reply.json(200, body);
    }

    private static Reply forbidden() {
        return Reply.json(403, Map.of("detail", "You do not have permission to perform this action."));
    }

    private static Reply notFound() {
        return Reply.json(404, Map.of("detail", "Not found."));
    }

    private static Comparator<Fields> by(String field) {
        return Comparator.comparing(fields -> fields.text(field));
    }
}
