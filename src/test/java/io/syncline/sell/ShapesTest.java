package io.syncline.sell;

import static io.syncline.sell.SellHub.lead;
import static io.syncline.sell.SellHub.present;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.access.Grant;
import io.syncline.access.TokenScope;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which shape stored entities are served: the one that the strictest typed client needs, and none that can hold up a device. */
class ShapesTest extends OnASellHub {

    ShapesTest() {
        super(new SellSettings(10, 100));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The id is a whole number, and tags and custom fields are there.
                "lead | {'id':1} | {'custom_fields':{},'id':1,'tags':[]}",
                "lead | {'id':'1','tags':null,'custom_fields':null} | {'custom_fields':{},'id':1,'tags':[]}",
                "lead | {'id':1,'tags':['a',null]} | {'custom_fields':{},'id':1,'tags':['a']}",
                "product | {'id':1,'prices':null} | {'id':1,'prices':[]}",
                // Decimals are text and never empty.
                "deal | {'id':1,'value':1000.99} | {'custom_fields':{},'id':1,'tags':[],'value':'1000.99'}",
                "deal | {'id':1,'value':'1e3'} | {'custom_fields':{},'id':1,'tags':[],'value':'1000'}",
                "deal | {'id':1,'value':''} | {'custom_fields':{},'id':1,'tags':[]}",
                "product | {'id':1,'prices':[{'amount':5,'currency':'EUR'}]} | {'id':1,'prices':[{'amount':'5','currency':'EUR'}]}",
                // A number, boolean or decimal that is not known is left out; a text may be null.
                "lead | {'id':1,'owner_id':null,'title':null} | {'custom_fields':{},'id':1,'tags':[],'title':null}",
                "deal | {'id':1,'hot':null,'value':null} | {'custom_fields':{},'id':1,'tags':[]}",
                "lead | {'id':9007199254740993,'owner_id':'-9223372036854775808'} | {'custom_fields':{},'id':9007199254740993,'owner_id':-9223372036854775808,'tags':[]}",
                // The numbers among what an account defines for itself are text.
                "lead | {'custom_fields':{'a 1':1.50,'b':[2,'3'],'c':true,'d':null,'e':{'f':-4},'g':'5'},'id':1} | {'custom_fields':{'a 1':'1.5','b':['2','3'],'c':true,'d':null,'e':{'f':'-4'},'g':'5'},'id':1,'tags':[]}",
                // Times are text in the form that clients parse.
                "lead | {'created_at':'2014-08-27T16:32:56Z','id':1,'updated_at':null} | {'created_at':'2014-08-27T16:32:56Z','custom_fields':{},'id':1,'tags':[],'updated_at':null}",
                "deal | {'estimated_close_date':'2016-05-05','id':1} | {'custom_fields':{},'estimated_close_date':'2016-05-05','id':1,'tags':[]}",
                "deal | {'estimated_close_date':'2016-05-05T10:00:00.000+02:00','id':1} | {'custom_fields':{},'estimated_close_date':'2016-05-05T10:00:00.000+02:00','id':1,'tags':[]}",
                "deal | {'estimated_close_date':'2016-05-05T10:00:00Z','id':1} | {'custom_fields':{},'estimated_close_date':'2016-05-05T10:00:00Z','id':1,'tags':[]}",
                "deal | {'estimated_close_date':null,'id':1} | {'custom_fields':{},'estimated_close_date':null,'id':1,'tags':[]}",
                // A text that clients read as a date, and that is none, would end their page.
                "deal | {'estimated_close_date':'soon','id':1} | {'custom_fields':{},'id':1,'tags':[]}",
                "deal | {'estimated_close_date':'2016-02-31','id':1} | {'custom_fields':{},'id':1,'tags':[]}",
                "deal | {'estimated_close_date':'','id':1} | {'custom_fields':{},'id':1,'tags':[]}",
                "user | {'id':1,'roles':null,'confirmed':null} | {'id':1}",
                // An address is an object or null.
                "contact | {'id':1,'address':null} | {'address':null,'custom_fields':{},'id':1,'tags':[]}",
                "contact | {'id':1,'address':{'city':'Oslo','line1':null}} | {'address':{'city':'Oslo','line1':null},'custom_fields':{},'id':1,'tags':[]}",
                // What only live accounts have is passed on, and so is what nobody has declared.
                "pipeline | {'id':1,'stages':[{'id':7}]} | {'id':1,'stages':[{'id':7}]}",
                "deal | {'associated_contacts':{'meta':{'count':2}},'id':1} | {'associated_contacts':{'meta':{'count':2}},'custom_fields':{},'id':1,'tags':[]}",
                "lead | {'id':1,'shoe_size':46} | {'custom_fields':{},'id':1,'shoe_size':46,'tags':[]}",
                // The one type whose id is made of others.
                "associated_contact | {'contact_id':3,'deal_id':2,'id':'2-3-x','role':'x'} | {'contact_id':3,'deal_id':2,'id':'2-3-x','role':'x'}"
            })
    void servesWhatTypedClientsNeed(String type, String stored, String served) throws Exception {
        String json = stored.replace('\'', '"');
        hub.append(present(type, SellHub.json(json).path("id").asText(), json));

        List<JsonNode> items = client.drain();

        assertThat(items).singleElement().satisfies(item -> {
            assertThat(item.at("/meta/type").textValue()).isEqualTo(type);
            assertThat(item.get("data")).hasToString(served.replace('\'', '"'));
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'id':'seven'} | Lead.id is not a whole number",
                "{'id':7,'tags':'a'} | Lead.tags is not a list",
                "{'id':7,'custom_fields':[]} | Lead.custom_fields is not an object",
                "{'id':7,'address':'Oslo'} | Lead.address is not an object",
                "{'id':7,'created_at':1409157176} | Lead.created_at is not a date-time",
                "{'id':7,'created_at':'27 August'} | Lead.created_at is not a date-time",
                "{'id':7,'created_at':'2014-08-27 16:32:56 +01'} | Lead.created_at is not a date-time",
                "{'id':7,'owner_id':'9223372036854775808'} | Lead.owner_id is not a whole number",
                "{'id':7,'owner_id':1.5} | Lead.owner_id is not a whole number"
            })
    void listsAsFailedWhatCannotBePutIntoShapeAndGoesOn(String stored, String message) throws Exception {
        hub.append(lead(1, "One"), present("lead", "7", stored.replace('\'', '"')), lead(8, "Eight"));

        String session = client.session();
        JsonNode page = SellHub.json(client.get(session).body());

        assertThat(page.at("/meta/count").intValue()).isEqualTo(2);
        assertThat(page.get("items")).hasSize(2);
        assertThat(page.get("failed_objects")).singleElement().satisfies(failed -> {
            assertThat(failed.get("type").textValue()).isEqualTo("lead");
            assertThat(failed.get("id").asText()).isEqualTo("7");
            assertThat(failed.get("message").textValue()).isEqualTo(message);
        });
        assertThat(client.get(session).status()).isEqualTo(204);
    }

    @Test
    void tellsOfAFailedObjectAgainUntilItIsMended() throws Exception {
        hub.append(lead(1, "One"), present("lead", "7", "{\"id\":7,\"tags\":\"a\"}"));
        assertThat(SellClient.told(client.drain())).containsExactly("created lead 1");

        hub.append(present("lead", "7", "{\"id\":7,\"tags\":[\"a\"]}"));

        assertThat(SellClient.told(client.drain())).containsExactly("created lead 7");
    }

    @Test
    void servesTypesOfOtherSourcesOnlyWhereAGrantNamesThem() throws Exception {
        String project = "{\"id\":\"6f1b1f0e-0d5a-4b6e-9b1a-3c2f5e7d9a01\",\"name\":\"Town hall\",\"code\":\"TH\"}";
        hub.append("sites", List.of(present("Project", "6f1b1f0e-0d5a-4b6e-9b1a-3c2f5e7d9a01", project)));
        hub.append(lead(1, "One"));
        assertThat(SellClient.told(client.drain())).containsExactly("created lead 1");

        hub.access()
                .grant(Optional.empty(), "builders", new Grant.Extent("sites", Optional.empty(), Set.of("Project")));
        SellClient builder = new SellClient(
                hub, hub.access().issue("builders", Set.of(TokenScope.SYNC)).secret());
        List<JsonNode> items = builder.drain();

        assertThat(SellClient.told(items)).containsExactly("created Project 6f1b1f0e-0d5a-4b6e-9b1a-3c2f5e7d9a01");
        assertThat(items.get(0).at("/data/id").isTextual()).isTrue();
        assertThat(builder.start().status()).isEqualTo(204);
    }
}
