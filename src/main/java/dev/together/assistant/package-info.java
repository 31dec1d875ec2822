/**
 * Answers of assistants: a run is called, streamed, stopped and ended.
 *
 * <p>
 * The row of a run says what is to be done of it and when; whichever pod is alive does it. The statement that stores a
 * message records its run ({@code message.SendStatement}). {@link dev.together.assistant.RunCalls} calls the handler of the
 * conversation's mode, {@link dev.together.assistant.RunStream} keeps and publishes what that streams, and
 * {@link dev.together.assistant.RunEnds} stores the one message that ends it, whoever asks for that: the handler, somebody
 * who stops it, or {@link dev.together.assistant.RunSweeper}, where nothing has been heard for too long.
 */
@NullMarked
@CheckReturnValue
package dev.together.assistant;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
