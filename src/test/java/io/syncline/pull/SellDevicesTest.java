package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.pull.ScriptedSell.Account;
import io.syncline.pull.ScriptedSell.Mishap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** As which devices Sell is pulled. */
final class SellDevicesTest extends OnScriptedSell {

    private volatile String refusedDevice = "";
    /** Whether the second page of each device that begins now gets lost, until it is another's turn. */
    private volatile boolean drops;

    @Override
    void makeAccounts() {
        fiveLeads(add(
                "refusing-the-device",
                asked -> asked.what().equals("start") && asked.device().equals(refusedDevice)
                        ? Optional.of(Mishap.answer(400, "{\"errors\":[{\"error\":{\"code\":\"invalid_header\"}}]}"))
                        : Optional.empty()));
        fiveLeads(add("again-and-again"));
        fiveLeads(add("whole-lost-on-the-way", asked -> Optional.of(Mishap.dropAfter())
                .filter(mishap -> drops && asked.what().equals("get") && asked.number() == 6)));
        onRequest("again-and-again");
        onRequest("whole-lost-on-the-way");
        fiveLeads(add("north")).put("lead 1", "{\"id\":1,\"last_name\":\"North\"}");
        fiveLeads(add("south")).put("lead 1", "{\"id\":1,\"last_name\":\"South\"}");
        fiveLeads(add("get-lost", asked -> Optional.of(Mishap.dropAfter())
                .filter(mishap -> asked.what().equals("get") && asked.number() == 2)));
        fiveLeads(add("ack-lost", asked -> Optional.of(Mishap.dropAfter())
                .filter(mishap -> asked.what().equals("ack") && asked.number() == 1)));
    }

    @Test
    void keepsOneDeviceForEachIntegrationAndAnotherForEachOther() {
        List<String> names = List.of("north", "south", "get-lost", "ack-lost");
        names.forEach(this::awaitAcknowledged);
        Map<String, Set<String>> devices = names.stream()
                .collect(Collectors.toMap(name -> name, name -> account(name).devices()));

        assertThat(devices.values()).allSatisfy(used -> assertThat(used).hasSize(1));
        assertThat(devices.values()).doesNotHaveDuplicates();
        assertThat(lastName("north")).isEqualTo("North");
        assertThat(lastName("south")).isEqualTo("South");

        restart();
        account("north").put("lead 1", "{\"id\":1,\"last_name\":\"Far north\"}");
        awaitAcknowledged("north");
        assertThat(account("north").devices()).isEqualTo(devices.get("north"));
        assertThat(lastName("north")).isEqualTo("Far north");
    }

    @Test
    void beginsAnewAsAnotherDeviceWhereItsOwnIsRefusedAndFindsWhatIsGone() {
        awaitAcknowledged("refusing-the-device");
        Account refusing = account("refusing-the-device");
        refusing.forget("lead 3");
        refusedDevice = refusing.devices().iterator().next();

        Waiting.until("a second device", () -> Optional.of(refusing.devices()).filter(used -> used.size() == 2));
        Waiting.until("the missing delete", () -> Optional.of(data.entities("refusing-the-device", "lead"))
                .filter(leads -> leads.size() == 4));

        assertThat(data.entities("refusing-the-device", "lead")).containsOnlyKeys("1", "2", "4", "5");
    }

    /** Sell takes 100 devices of an account in 30 days. */
    @Test
    void pullsEverythingAgainAndAgainAsOneMoreDevice() throws Exception {
        Account account = account("again-and-again");
        sync("again-and-again", "incremental_sync");
        Set<String> own = account.devices();
        assertThat(own).hasSize(1);
        String checkpoint = data.checkpoints("again-and-again").get(0);
        for (int round = 1; round <= 3; round++) {
            account.put("lead 1", "{\"id\":1,\"last_name\":\"Round " + round + "\"}");
            account.forget("lead " + (round + 1));

            sync("again-and-again", "full_sync");

            assertThat(lastName("again-and-again")).isEqualTo("Round " + round);
            assertThat(data.entities("again-and-again", "lead")).hasSize(5 - round);
            assertThat(account.devices()).hasSize(2);
            assertThat(data.checkpoints("again-and-again")).containsExactly(checkpoint);
        }
        account.put("lead 6", "{\"id\":6,\"last_name\":\"Six\"}");

        sync("again-and-again", "incremental_sync");

        assertThat(data.entities("again-and-again", "lead")).containsOnlyKeys("1", "5", "6");
        assertThat(account.devices()).hasSize(2).containsAll(own);
        assertThat(account.hasAcknowledgedAll(own.iterator().next())).isTrue();
    }

    /** A device that acknowledges nothing would begin from the start after each failure, and never come to an end. */
    @Test
    void goesOnAsADeviceThatAcknowledgesWhereASyncOfEverythingBreaksOff() throws Exception {
        Account account = account("whole-lost-on-the-way");
        sync("whole-lost-on-the-way", "incremental_sync");
        String checkpoint = data.checkpoints("whole-lost-on-the-way").get(0);
        account.forget("lead 3");
        drops = true;

        sync("whole-lost-on-the-way", "full_sync");

        assertThat(account.devices()).hasSize(3);
        assertThat(data.entities("whole-lost-on-the-way", "lead")).containsOnlyKeys("1", "2", "4", "5");
        assertThat(data.checkpoints("whole-lost-on-the-way")).containsExactly(checkpoint);
    }
}
