/**
 * Together: shared chat. Functions persist, then broadcast to one channel per user.
 *
 * <p>
 * The path of one message: {@code POST /functions/v1/chat-send} reaches {@link dev.together.message.ChatSend}, which asks
 * {@code MessageStore} to store it: one SQL statement ({@code SendStatement}) checks access, takes the number, inserts the
 * message and its outbox entry, and returns the participants; {@code SendBatcher} lets what is sent at the same time share
 * it. After the commit the caller has its reply, and {@link dev.together.channel.EventPublisher} encodes the event once and
 * hands it to the {@link dev.together.broker.Broker}, one subject a user. On every pod where such a user is connected,
 * {@link dev.together.channel.Hub} puts it in order and gives it to their connections, which the {@code realtime} package
 * writes as frames of the Supabase Realtime protocol.
 *
 * <p>
 * What holds when things break: the database is the truth. An event whose process died before it was published is found in
 * the outbox by {@code OutboxRelay}; a gap in a conversation's numbers is filled from the store by the hub; a client
 * that lost its connection gets what it missed when it joins again. So the broker may lose what it likes.
 *
 * <p>
 * What is stored as an event: the feature writes it and its outbox entry in one transaction, and its
 * {@link dev.together.event.EventSource} reads it back: for the outbox, for gaps and for replay.
 *
 * <p>
 * Packages, and who knows whom: {@code event} is the ground. {@code broker} moves encoded events and knows no conversation;
 * {@code outbox} publishes what was left; {@code channel} puts events in order for those who are connected here. The features
 * {@code conversation} and {@code message} know {@code channel} and meet only in the database; {@code realtime} knows
 * {@code channel} and {@code presence}, which tells who is here across pods and stores nothing. All may use {@code identity},
 * {@code http}, {@code log}, {@code time} and {@code trace}.
 */
@NullMarked
@CheckReturnValue
package dev.together;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
