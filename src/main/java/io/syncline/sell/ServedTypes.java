package io.syncline.sell;

import graphql.language.FieldDefinition;
import graphql.language.ListType;
import graphql.language.NonNullType;
import graphql.language.ObjectTypeDefinition;
import graphql.language.Type;
import graphql.language.TypeName;
import graphql.schema.idl.TypeDefinitionRegistry;
import io.syncline.changelog.FeedQuery;
import io.syncline.changelog.View;
import io.syncline.integration.EntityType;
import io.syncline.integration.EntityTypes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The entity types that the protocol serves: all of each source that is like Sell, which is one that has types with whole numbers for ids, and
 * others that a grant names. Safe for use by many threads.
 */
final class ServedTypes {

    private static final Set<String> WHOLE = Set.of("Int", "BigInt");
    private static final String CUSTOM_FIELDS = "custom_fields";
    /** The lists that clients rely on. */
    private static final Set<String> ALWAYS = Set.of("tags", "prices");
    /** The texts that clients read as dates. */
    private static final Set<String> DAYS = Set.of("estimated_close_date");

    /** All that are declared, by name in lower case and as it is declared. */
    private final Map<String, ServedType> byName;

    /** The names of those that are served by default. */
    private final Set<String> ofSellLikeSources;

    /** For the view that was asked for last, which is asked for some times in a row. */
    private volatile Selected selected = new Selected(null, Optional.empty());

    private record Selected(View view, Optional<FeedQuery> query) {}

    private ServedTypes(Map<String, ServedType> byName, Set<String> ofSellLikeSources) {
        this.byName = byName;
        this.ofSellLikeSources = Set.copyOf(ofSellLikeSources);
    }

    static ServedTypes of(EntityTypes types) {
        Compiler compiler = new Compiler(types.definitions());
        Set<String> sources = types.all().stream()
                .filter(type -> WHOLE.contains(compiler.idType(type)))
                .map(EntityType::source)
                .collect(Collectors.toSet());
        Map<String, ServedType> byName = new HashMap<>();
        Set<String> ofSellLikeSources = new HashSet<>();
        for (EntityType type : types.all()) {
            String name = type.name().toLowerCase(Locale.ROOT);
            ServedType served = compiler.served(type);
            byName.put(name, served);
            // The usual spelling too, for it costs to turn it into lower case.
            byName.put(type.name(), served);
            if (sources.contains(type.source())) {
                ofSellLikeSources.add(name);
            }
        }
        return new ServedTypes(byName, ofSellLikeSources);
    }

    /** Selects what a view is served: the types of sources like Sell and those that its grants name; empty for nothing at all. */
    Optional<FeedQuery> query(View view) {
        Selected last = selected;
        if (!view.equals(last.view())) {
            last = new Selected(view, select(view));
            selected = last;
        }
        return last.query();
    }

    private Optional<FeedQuery> select(View view) {
        Set<String> served = new HashSet<>(ofSellLikeSources);
        view.namedEntityTypes().stream().filter(byName::containsKey).forEach(served::add);
        return served.isEmpty()
                ? Optional.empty()
                : Optional.of(new FeedQuery("sell", Set.copyOf(served), Optional.empty()));
    }

    Optional<ServedType> find(String entityType) {
        ServedType usual = byName.get(entityType);
        return usual != null
                ? Optional.of(usual)
                : Optional.ofNullable(byName.get(entityType.toLowerCase(Locale.ROOT)));
    }

    private static final class Compiler {

        private final TypeDefinitionRegistry definitions;
        private final Map<String, ObjectShape> objects = new HashMap<>();

        Compiler(TypeDefinitionRegistry definitions) {
            this.definitions = definitions;
        }

        ServedType served(EntityType type) {
            return new ServedType(
                    type.name(),
                    AckKey.typeName(type.name()),
                    WHOLE.contains(idType(type)) ? new Shape.Whole() : new Shape.Text(),
                    object(type.graphqlName()));
        }

        /** The name of the id field's scalar. */
        String idType(EntityType type) {
            return definitions
                    .getTypeOrNull(type.graphqlName(), ObjectTypeDefinition.class)
                    .getFieldDefinitions()
                    .stream()
                    .filter(field -> field.getName().equals(type.idField()))
                    .map(field -> ((TypeName) bare(field.getType())).getName())
                    .findFirst()
                    .orElseThrow();
        }

        private ObjectShape object(String name) {
            ObjectShape known = objects.get(name);
            if (known != null) {
                return known;
            }
            ObjectShape object = new ObjectShape();
            objects.put(name, object);
            object.members(definitions.getTypeOrNull(name, ObjectTypeDefinition.class).getFieldDefinitions().stream()
                    .map(this::member)
                    .toList());
            return object;
        }

        private ObjectShape.Member member(FieldDefinition field) {
            String name = field.getName();
            Shape shape = value(bare(field.getType()));
            if (name.equals(CUSTOM_FIELDS) && shape instanceof Shape.Any) {
                return new ObjectShape.Member(name, new Shape.CustomFields());
            }
            if (shape instanceof Shape.ListOf list && ALWAYS.contains(name)) {
                return new ObjectShape.Member(name, new Shape.ListOf(list.element(), true));
            }
            if (shape instanceof Shape.Text && DAYS.contains(name)) {
                return new ObjectShape.Member(name, new Shape.Day());
            }
            return new ObjectShape.Member(name, shape);
        }

        private Shape value(Type<?> type) {
            if (type instanceof ListType list) {
                return new Shape.ListOf(value(bare(list.getType())), false);
            }
            String name = ((TypeName) type).getName();
            return switch (name) {
                case "Int", "BigInt" -> new Shape.Whole();
                case "Float" -> new Shape.Numeric();
                case "Boolean" -> new Shape.Truth();
                case "DateTime" -> new Shape.Moment();
                case "Decimal" -> new Shape.Decimal();
                case "JSON" -> new Shape.Any();
                default ->
                    definitions.getTypeOrNull(name) instanceof ObjectTypeDefinition ? object(name) : new Shape.Text();
            };
        }

        private static Type<?> bare(Type<?> type) {
            return type instanceof NonNullType required ? required.getType() : type;
        }
    }
}
