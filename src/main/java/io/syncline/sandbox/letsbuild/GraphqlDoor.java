package io.syncline.sandbox.letsbuild;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import graphql.ErrorType;
import graphql.ExecutionResult;
import graphql.GraphQLError;
import io.syncline.sandbox.upstream.Call;
import io.syncline.sandbox.upstream.Distortion;
import io.syncline.sandbox.upstream.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** GraphQL over HTTP, by POST alone: refuses what a real service refuses, and says why. Thread-safe. */
final class GraphqlDoor {
    private static final String PATH = "/letsbuild/graphql";
    private static final String JSON_TYPE = "application/json";
    private static final String RESPONSE_TYPE = "application/graphql-response+json";
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final SyncGraphql graphql;
    private final BrokenChanges broken;
    private final byte[] token;

    GraphqlDoor(SyncGraphql graphql, BrokenChanges broken, String token) {
        this.graphql = graphql;
        this.broken = broken;
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    Reply answer(Call call, Distortion distortion) {
        if (!call.path().equals(PATH)) {
            return error(404, "NOT_FOUND", "There is only " + PATH + " here.");
        }
        boolean known = call.bearer()
                .filter(sent -> MessageDigest.isEqual(sent.getBytes(StandardCharsets.UTF_8), token))
                .isPresent();
        if (!known) {
            return error(401, "UNAUTHENTICATED", "Send the access token as Authorization: Bearer.")
                    .with("WWW-Authenticate", "Bearer");
        }
        if (!call.method().equals("POST")) {
            return error(405, "METHOD_NOT_ALLOWED", "Send queries by POST.").with("Allow", "POST");
        }
        boolean modern = call.header("accept").orElse("").contains(RESPONSE_TYPE);
        if (!call.accepts(JSON_TYPE) && !modern) {
            return error(406, "NOT_ACCEPTABLE", "Answers are " + JSON_TYPE + " or " + RESPONSE_TYPE + ".");
        }
        if (!call.mediaType().equals(JSON_TYPE)) {
            return error(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request as " + JSON_TYPE + ".");
        }
        try {
            return execute(read(call.body()), modern, distortion);
        } catch (MalformedException malformed) {
            return error(400, malformed.code, malformed.getMessage());
        }
    }

    private Reply execute(Request request, boolean modern, Distortion distortion) {
        ExecutionResult result =
                graphql.execute(request.query(), request.operationName(), request.variables(), distortion);
        Map<String, Object> body = result.toSpecification();
        if (!result.getErrors().isEmpty()) {
            body.put("errors", errors(result.getErrors()));
        }
        broken.apply(body, distortion);
        boolean began = result.isDataPresent();
        return Reply.json(modern && !began ? 400 : 200, (modern ? RESPONSE_TYPE : JSON_TYPE) + "; charset=utf-8", body);
    }

    private static List<Map<String, Object>> errors(List<GraphQLError> errors) {
        List<Map<String, Object>> coded = new ArrayList<>();
        for (GraphQLError error : errors) {
            Map<String, Object> members = error.toSpecification();
            if (error.getErrorType() == ErrorType.ValidationError) {
                members.put("extensions", Map.of("code", "GRAPHQL_VALIDATION_FAILED"));
            } else if (error.getErrorType() == ErrorType.InvalidSyntax) {
                members.put("extensions", Map.of("code", "GRAPHQL_PARSE_FAILED"));
            } else if (error.getErrorType() == ErrorType.ExecutionAborted || error.getExtensions() == null) {
                members.put("extensions", Map.of("code", "BAD_USER_INPUT"));
            }
            coded.add(members);
        }
        return coded;
    }

    private record Request(String query, String operationName, Map<String, Object> variables) {}

    private static final class MalformedException extends Exception {
        private final String code;

        private MalformedException(String code, String message) {
            super(message);
            this.code = code;
        }
    }

    private static Request read(byte[] body) throws MalformedException {
        JsonNode request;
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            request = JSON.readTree(text);
        } catch (CharacterCodingException notUtf8) {
            throw new MalformedException("BAD_REQUEST", "The body is not UTF-8.");
        } catch (JsonProcessingException notJson) {
            throw new MalformedException("BAD_REQUEST", "The body is not JSON.");
        }
        if (!request.isObject()) {
            throw new MalformedException("BAD_REQUEST", "The body is not a JSON object.");
        }
        JsonNode query = request.path("query");
        if (!query.isTextual() || query.textValue().isBlank()) {
            throw new MalformedException("BAD_REQUEST", "The member \"query\" has to be text.");
        }
        JsonNode name = optional(request, "operationName", JsonNode::isTextual, "text");
        JsonNode variables = optional(request, "variables", JsonNode::isObject, "an object");
        optional(request, "extensions", JsonNode::isObject, "an object");
        @SuppressWarnings("unchecked")
        Map<String, Object> values = variables.isObject() ? JSON.convertValue(variables, Map.class) : Map.of();
        return new Request(query.textValue(), name.textValue(), values);
    }

    private static JsonNode optional(
            JsonNode request, String member, java.util.function.Predicate<JsonNode> fits, String what)
            throws MalformedException {
        JsonNode value = request.path(member);
        if (!value.isMissingNode() && !value.isNull() && !fits.test(value)) {
            throw new MalformedException("BAD_REQUEST", "The member \"" + member + "\" has to be " + what + ".");
        }
        return value;
    }

    private static Reply error(int status, String code, String message) {
        return Reply.json(
                status, Map.of("errors", List.of(Map.of("message", message, "extensions", Map.of("code", code)))));
    }
}
