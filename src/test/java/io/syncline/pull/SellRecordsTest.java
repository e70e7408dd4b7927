package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.pull.ScriptedSell.Account;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of the records that Sell gives and cannot give: poison, unknown types, deletes, and those without an id. */
final class SellRecordsTest extends OnScriptedSell {

    @Override
    void makeAccounts() {
        add("poisoned")
                .put("lead 1", "{\"id\":1,\"last_name\":\"One\"}")
                .put("lead 2", "{\"id\":2,\"last_name\":{\"text\":\"Two\"}}")
                .put("lead 3", "{\"last_name\":\"Three\"}")
                .put("lead 4", "\"<lead>\"")
                .put("lead 5", "{\"id\":5,\"created_at\":1356642000}")
                .put("lead 6", "{\"id\":6,\"last_name\":\"Six\"}");
        Account unknown = add("unknown-types");
        for (int id = 1; id <= 20; id++) {
            unknown.put("gadget " + id, "{\"id\":" + id + "}");
        }
        unknown.put("lead 1", "{\"id\":1,\"last_name\":\"One\",\"shoe_size\":46}");
        add("failing")
                .put("lead 1", "{\"id\":1,\"last_name\":\"One\"}")
                .failing("[{\"type\":\"lead\",\"id\":7,\"message\":\"cannot be rendered\"}]");
        add("shapes")
                .put(
                        "associated_contact 1",
                        "{\"deal_id\":11,\"contact_id\":12,\"role\":\"involved\",\"created_at\":\"2014-08-27T16:32:56Z\"}")
                .put("line_item 1", "{\"order_id\":5,\"line_item_id\":9007199254740993,\"value\":\"1000.99\"}")
                .put(
                        "deal 1",
                        "{\"id\":1,\"value\":\"1000.990\",\"custom_fields\":{\"Size\":\"12\"},\"tags\":[\"a\"]}");
        fiveLeads(add("deleting")).delete("lead 9");
    }

    @Test
    void setsPoisonAsideAndGoesOn() {
        awaitAcknowledged("poisoned");

        assertThat(data.entities("poisoned", "lead")).containsOnlyKeys("1", "6");
        assertThat(data.quarantined("poisoned"))
                .hasSize(4)
                .anySatisfy(reason -> assertThat(reason).contains("last_name"))
                .anySatisfy(reason -> assertThat(reason).contains("no id"))
                .anySatisfy(reason -> assertThat(reason).contains("created_at"));
        Account poisoned = account("poisoned");
        poisoned.put("lead 2", "{\"id\":2,\"last_name\":\"Two\"}");
        Waiting.until("the mended record", () -> Optional.of(data.quarantined("poisoned"))
                .filter(reasons -> reasons.size() == 3));
        assertThat(data.entities("poisoned", "lead").get("2").path("last_name").textValue())
                .isEqualTo("Two");
    }

    @Test
    void isNotHeldUpByTypesThatNobodyDeclares() {
        awaitAcknowledged("unknown-types");

        assertThat(data.entities("unknown-types", "lead").get("1")).hasToString("{\"id\":1,\"last_name\":\"One\"}");
        assertThat(data.quarantined("unknown-types")).hasSize(20).allSatisfy(reason -> assertThat(reason)
                .contains("declares no such entity type"));
    }

    @Test
    void reportsFailedObjectsUntilTheyCome() {
        List<String> reasons = Waiting.until("the failed object", () -> Optional.of(data.quarantined("failing"))
                .filter(found -> !found.isEmpty()));
        assertThat(reasons).containsExactly("Sell cannot give it: cannot be rendered");

        account("failing").failing("").put("lead 7", "{\"id\":7,\"last_name\":\"Seven\"}");

        Waiting.until(
                "its recovery", () -> Optional.of(data.quarantined("failing")).filter(List::isEmpty));
        assertThat(data.entities("failing", "lead")).containsOnlyKeys("1", "7");
    }

    @Test
    void takesADeleteOfSomethingUnseenAsNothingAndOneOfTheSeenAsADelete() {
        awaitAcknowledged("deleting");
        assertThat(data.changes("deleting")).isEqualTo(5);

        account("deleting").delete("lead 2");

        awaitAcknowledged("deleting");
        assertThat(data.entities("deleting", "lead")).containsOnlyKeys("1", "3", "4", "5");
    }

    @Test
    void servesThemAsGraphqlSyncsAndOnThePlainFeed() throws Exception {
        awaitAcknowledged("shapes");

        assertThat(
                        ask(
                                "/graphql",
                                "{\"query\":\"{ dealSync(integrationId: \\\"shapes\\\") { changes { entityId operationType data { ... on Deal { value } } } }"
                                        + " associatedContactSync { changes { data { ... on AssociatedContact { deal_id role } } } } }\"}"))
                .isEqualTo(
                        "{\"data\":{\"dealSync\":{\"changes\":[{\"entityId\":\"1\",\"operationType\":\"Created\",\"data\":{\"value\":\"1000.990\"}}]},"
                                + "\"associatedContactSync\":{\"changes\":[{\"data\":{\"deal_id\":11,\"role\":\"involved\"}}]}}}");
        assertThat(ask("/api/changes?integrationId=shapes&entityTypes=line_item", ""))
                .contains("\"entityType\":\"line_item\",\"entityId\":\"9007199254740993\"");
    }

    @Test
    void givesIdsToTheTypesThatHaveNone() {
        awaitAcknowledged("shapes");

        assertThat(data.entities("shapes", "associated_contact")).containsOnlyKeys("11-12-involved");
        assertThat(data.entities("shapes", "line_item")).containsOnlyKeys("9007199254740993");
        assertThat(data.entities("shapes", "deal").get("1").path("custom_fields"))
                .hasToString("{\"Size\":\"12\"}");
        assertThat(data.quarantined("shapes")).isEmpty();
    }
}
