/** What a camera sees at an instant: an event of the maker's with the kind of thing that caused it. */
export interface Sight {
  readonly event: string
  readonly target: 'human' | 'vehicle'
}

/** The boundary word Hikvision-style cameras use; it stands in the stream's content type. */
export const BOUNDARY = 'boundary'

export interface AlertFacts {
  readonly address: string
  readonly channel: number
  /** Wall time, UTC ms. */
  readonly at: number
  /** How many messages of this event have been sent, counting this one; 0 in a heartbeat. */
  readonly count: number
  /** null makes a heartbeat: `videoloss inactive`, which only says that the stream is alive. */
  readonly sight: Sight | null
}

/** One part of the alert stream as bytes on the wire, closing line included. */
export function alertPart(facts: AlertFacts): string {
  const xml = alertXml(facts)
  const length = Buffer.byteLength(xml)
  return `--${BOUNDARY}\r\nContent-Type: application/xml; charset="UTF-8"\r\nContent-Length: ${length}\r\n\r\n${xml}\r\n`
}

function alertXml({ address, channel, at, count, sight }: AlertFacts): string {
  const event = sight?.event ?? 'videoloss'
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">',
    `<ipAddress>${address}</ipAddress>`,
    `<channelID>${channel}</channelID>`,
    `<dateTime>${shanghaiTime(at)}</dateTime>`,
    `<activePostCount>${count}</activePostCount>`,
    `<eventType>${event}</eventType>`,
    `<eventState>${sight === null ? 'inactive' : 'active'}</eventState>`,
    `<eventDescription>${sight === null ? 'videoloss alarm' : `${event} alarm`}</eventDescription>`,
    ...(sight === null ? [] : regionLines(sight)),
    '</EventNotificationAlert>',
  ]
  return `${lines.join('\n')}\n`
}

function regionLines(sight: Sight): readonly string[] {
  return [
    '<DetectionRegionList>',
    '<DetectionRegionEntry>',
    '<regionID>1</regionID>',
    '<sensitivityLevel>50</sensitivityLevel>',
    `<detectionTarget>${sight.target}</detectionTarget>`,
    '</DetectionRegionEntry>',
    '</DetectionRegionList>',
  ]
}

/** Local time with offset, as the cameras write it: China has one zone and no summer time. */
export function shanghaiTime(at: number): string {
  return `${new Date(at + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
}
