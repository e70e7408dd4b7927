package io.syncline.graphql;

import graphql.language.Argument;
import graphql.language.Directive;
import graphql.language.DirectivesContainer;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.IntValue;
import graphql.language.NonNullType;
import graphql.language.NullValue;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.StringValue;
import graphql.language.Type;
import graphql.language.TypeName;
import graphql.language.Value;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
import graphql.schema.GraphQLNamedOutputType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLTypeUtil;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compiles a valid query into a {@link Plan}, by the rules for collecting fields of the GraphQL specification (section 6.3.2): all types
 * are known beforehand, since a sync field serves changes of one entity type.
 */
final class PlanCompiler {

    /** Something in the query that a plan does not do, such as a directive. */
    private static final class NotCovered extends RuntimeException {

        NotCovered() {
            super(null, null, false, false);
        }
    }

    private static final String TYPE_NAME = "__typename";

    private final SyncSchema schema;
    private final Map<String, FragmentDefinition> fragments = new HashMap<>();

    private PlanCompiler(SyncSchema schema, Document document) {
        this.schema = schema;
        document.getDefinitionsOfType(FragmentDefinition.class)
                .forEach(fragment -> fragments.put(fragment.getName(), fragment));
    }

    /** The plan of an operation; empty if only the library can run it. */
    static Optional<Plan> compile(SyncSchema schema, Document document, OperationDefinition operation) {
        PlanCompiler compiler = new PlanCompiler(schema, document);
        try {
            plain(operation.getDirectives());
            List<Plan.Variable> variables = operation.getVariableDefinitions().stream()
                    .map(PlanCompiler::variable)
                    .toList();
            List<Plan.Root> roots = new ArrayList<>();
            compiler.collect("Query", List.of(operation.getSelectionSet()))
                    .forEach((key, fields) -> roots.add(compiler.root(key, fields)));
            return Optional.of(new Plan(variables, roots));
        } catch (NotCovered e) {
            return Optional.empty();
        }
    }

    private Plan.Root root(String key, List<Field> fields) {
        Field field = fields.get(0);
        if (field.getName().equals(TYPE_NAME)) {
            return new Plan.Root.TypeName(key);
        }
        ServedType type = schema.types().get(field.getName());
        if (type == null) {
            throw new NotCovered();
        }
        List<ChangeSetPlan.Selected> selection = new ArrayList<>();
        collect(type.changeSetName(), selections(fields))
                .forEach((inner, merged) -> selection.add(
                        new ChangeSetPlan.Selected(inner, changeSetField(merged.get(0)), changes(type, merged))));
        return new Plan.Root.Sync(
                key,
                type,
                argument(field, "cursor"),
                argument(field, "limit"),
                argument(field, "integrationId"),
                new ChangeSetPlan(type, selection));
    }

    private static ChangeSetPlan.Field changeSetField(Field field) {
        return switch (field.getName()) {
            case TYPE_NAME -> ChangeSetPlan.Field.TYPE_NAME;
            case "changes" -> ChangeSetPlan.Field.CHANGES;
            case "cursor" -> ChangeSetPlan.Field.CURSOR;
            case "hasMore" -> ChangeSetPlan.Field.HAS_MORE;
            case "maxSequence" -> ChangeSetPlan.Field.MAX_SEQUENCE;
            default -> throw new NotCovered();
        };
    }

    private Optional<ChangePlan> changes(ServedType type, List<Field> fields) {
        if (!fields.get(0).getName().equals("changes")) {
            return Optional.empty();
        }
        List<ChangePlan.Selected> selection = new ArrayList<>();
        collect(type.changeName(), selections(fields)).forEach((key, merged) -> {
            ChangePlan.Field field = changeField(merged.get(0));
            Optional<ObjectPlan> data = field == ChangePlan.Field.DATA
                    ? Optional.of(object(schema.schema().getObjectType(type.name()), merged, true))
                    : Optional.empty();
            selection.add(new ChangePlan.Selected(key, field, data));
        });
        return Optional.of(new ChangePlan(type, selection));
    }

    private static ChangePlan.Field changeField(Field field) {
        return switch (field.getName()) {
            case TYPE_NAME -> ChangePlan.Field.TYPE_NAME;
            case "data" -> ChangePlan.Field.DATA;
            case "entityId" -> ChangePlan.Field.ENTITY_ID;
            case "entityType" -> ChangePlan.Field.ENTITY_TYPE;
            case "operationType" -> ChangePlan.Field.OPERATION_TYPE;
            case "sequenceVersion" -> ChangePlan.Field.SEQUENCE_VERSION;
            default -> throw new NotCovered();
        };
    }

    private ObjectPlan object(GraphQLObjectType type, List<Field> fields, boolean entity) {
        List<ObjectPlan.Selected> selection = new ArrayList<>();
        collect(type.getName(), selections(fields))
                .forEach((key, merged) -> selection.add(new ObjectPlan.Selected(key, output(type, merged, entity))));
        return ObjectPlan.of(selection);
    }

    private ObjectPlan.Output output(GraphQLObjectType type, List<Field> fields, boolean entity) {
        String name = fields.get(0).getName();
        if (name.equals(TYPE_NAME)) {
            return new ObjectPlan.Output.Constant(type.getName());
        }
        if (entity && name.equals(SyncSchema.SEQUENCE_VERSION)) {
            return new ObjectPlan.Output.SequenceVersion();
        }
        var declared = type.getFieldDefinition(name).getType();
        return new ObjectPlan.Output.Stored(
                name,
                ValuePlan.of(
                        declared,
                        () -> object((GraphQLObjectType) GraphQLTypeUtil.unwrapAll(declared), fields, false)));
    }

    private static Plan.Variable variable(VariableDefinition variable) {
        plain(variable.getDirectives());
        boolean required = variable.getType() instanceof NonNullType;
        Type<?> type = variable.getType() instanceof NonNullType nonNull ? nonNull.getType() : variable.getType();
        String name = type instanceof TypeName named ? named.getName() : "";
        if (!name.equals("String") && !name.equals("Int")) {
            throw new NotCovered();
        }
        Optional<Object> otherwise =
                Optional.ofNullable(variable.getDefaultValue()).flatMap(PlanCompiler::constant);
        return new Plan.Variable(variable.getName(), name.equals("String"), required, otherwise);
    }

    private static Plan.Argument argument(Field field, String name) {
        Argument argument = field.getArguments().stream()
                .filter(candidate -> candidate.getName().equals(name))
                .findFirst()
                .orElse(null);
        if (argument == null) {
            return Plan.Argument.ABSENT;
        }
        if (argument.getValue() instanceof VariableReference reference) {
            return new Plan.Argument(Optional.of(reference.getName()), Optional.empty());
        }
        return new Plan.Argument(Optional.empty(), constant(argument.getValue()));
    }

    private static Optional<Object> constant(Value<?> value) {
        if (value instanceof NullValue) {
            return Optional.empty();
        }
        if (value instanceof StringValue text) {
            return Optional.of(text.getValue());
        }
        if (value instanceof IntValue number && number.getValue().bitLength() < 32) {
            return Optional.of(number.getValue().intValueExact());
        }
        throw new NotCovered();
    }

    private static List<SelectionSet> selections(List<Field> fields) {
        return fields.stream().map(Field::getSelectionSet).toList();
    }

    /** The fields by response key, in the order in which the keys appear. */
    private Map<String, List<Field>> collect(String typeName, List<SelectionSet> selections) {
        Map<String, List<Field>> collected = new LinkedHashMap<>();
        for (SelectionSet set : selections) {
            collect(typeName, set, new HashSet<>(), collected);
        }
        return collected;
    }

    private void collect(
            String typeName, SelectionSet selections, Set<String> visited, Map<String, List<Field>> collected) {
        for (Selection<?> selection : selections.getSelections()) {
            plain(((DirectivesContainer<?>) selection).getDirectives());
            if (selection instanceof Field field) {
                collected
                        .computeIfAbsent(field.getResultKey(), key -> new ArrayList<>())
                        .add(field);
            } else if (selection instanceof InlineFragment fragment) {
                if (fragment.getTypeCondition() == null
                        || applies(fragment.getTypeCondition().getName(), typeName)) {
                    collect(typeName, fragment.getSelectionSet(), visited, collected);
                }
            } else if (selection instanceof FragmentSpread spread && visited.add(spread.getName())) {
                FragmentDefinition fragment = fragments.get(spread.getName());
                plain(fragment.getDirectives());
                if (applies(fragment.getTypeCondition().getName(), typeName)) {
                    collect(typeName, fragment.getSelectionSet(), visited, collected);
                }
            }
        }
    }

    /** Whether a fragment on a type takes in objects of another, which is an object type. */
    private boolean applies(String condition, String typeName) {
        if (condition.equals(typeName)) {
            return true;
        }
        var type = schema.schema().getType(condition);
        return type instanceof GraphQLNamedOutputType abstractType
                && !(type instanceof GraphQLObjectType)
                && schema.schema().isPossibleType(abstractType, schema.schema().getObjectType(typeName));
    }

    private static void plain(List<Directive> directives) {
        if (!directives.isEmpty()) {
            throw new NotCovered();
        }
    }
}
