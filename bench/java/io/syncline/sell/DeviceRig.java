package io.syncline.sell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.View;
import io.syncline.integration.EntityTypes;
import io.syncline.storage.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Devices of one principal without HTTP around them, to measure what they cost. For use by one thread. */
public final class DeviceRig {

    private static final int PAGE = 10_000;
    private static final String PRINCIPAL = "bench";
    private static final View VIEW = new View(PRINCIPAL, true, Set.of());
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SellSync sync;

    public DeviceRig(Database database, Changelog changelog) {
        EntityTypes types = EntityTypes.load(Path.of("routes/sources"));
        sync = SellSync.open(
                database, changelog, () -> types, new SellSettings(PAGE, 1_000), Runnable::run, Clock.systemUTC());
    }

    /** Begins a session and tells how many items are new; 0 if there is none. */
    public long start(UUID device) {
        return sync.start(VIEW, key(device)).map(SellSync.Started::totalCount).orElse(0L);
    }

    /** Begins a session, reads it to its end and acknowledges every item; tells how many there were. */
    public long drain(UUID device) throws JsonProcessingException {
        Optional<SellSync.Started> session = sync.start(VIEW, key(device));
        long items = 0;
        while (session.isPresent()) {
            Optional<SellSync.Answer> page =
                    sync.next(VIEW, key(device), session.get().id());
            if (page.isEmpty()) {
                return items;
            }
            JsonNode body = JSON.readTree(
                    StandardCharsets.UTF_8.decode(page.get().body()).toString());
            ObjectNode acknowledged = JSON.createObjectNode();
            ArrayNode keys = acknowledged.putObject("data").putArray("ack_keys");
            body.path("items").forEach(item -> keys.add(item.at("/meta/sync/ack_key")));
            sync.acknowledge(VIEW, key(device), JSON.writeValueAsBytes(acknowledged));
            items += keys.size();
        }
        return items;
    }

    private static DeviceKey key(UUID device) {
        return DeviceKey.of(PRINCIPAL, device.toString());
    }
}
