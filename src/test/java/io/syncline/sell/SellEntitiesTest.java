package io.syncline.sell;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.integration.EntityType;
import io.syncline.integration.EntityTypes;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SellEntitiesTest {

    private final EntityTypes types = EntityTypes.load(Path.of("routes/sources"));

    @Test
    void areAllDeclaredUnderTheNamesThatSellHas() {
        assertThat(types.all())
                .filteredOn(type -> type.source().equals("sell"))
                .extracting(EntityType::name)
                .containsExactlyInAnyOrder(
                        "account",
                        "associated_contact",
                        "call",
                        "call_outcome",
                        "collaboration",
                        "contact",
                        "deal",
                        "deal_source",
                        "deal_unqualified_reason",
                        "lead",
                        "lead_source",
                        "lead_unqualified_reason",
                        "line_item",
                        "loss_reason",
                        "note",
                        "order",
                        "pipeline",
                        "product",
                        "source",
                        "stage",
                        "tag",
                        "task",
                        "text_message",
                        "user",
                        "visit",
                        "visit_outcome");
    }

    @Test
    void areAlsoGraphqlSyncs() {
        assertThat(types.find("lead")).map(EntityType::syncField).contains("leadSync");
        assertThat(types.find("lead_unqualified_reason"))
                .map(EntityType::syncField)
                .contains("leadUnqualifiedReasonSync");
    }
}
