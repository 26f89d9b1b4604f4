import { describe, expect, it } from 'vitest';
import {
  DEFAULT_LABELS,
  FIELDS,
  LINE_ORDER,
  NETOBSERV_LABELS,
  fieldDefinition,
  isFieldName,
  oppositeField,
  portName,
  portNames,
  portsNamed,
  protocolName,
  protocolNumber,
  tcpFlagNames,
} from './index';

describe('the flow dictionary', () => {
  it('names every field once', () => {
    const names = FIELDS.map((field) => field.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('gives the two fields of a pair opposite sides, the same type and each other', () => {
    for (const { name } of FIELDS) {
      const field = fieldDefinition(name)!;
      if (field.side === undefined) {
        expect(oppositeField(name)).toBeUndefined();
        continue;
      }
      const opposite = fieldDefinition(oppositeField(name)!)!;
      expect(opposite.side).not.toBe(field.side);
      expect(opposite.type).toBe(field.type);
      expect(oppositeField(opposite.name as typeof name)).toBe(name);
    }
  });

  it('words the side into title and description', () => {
    expect(fieldDefinition('DstK8S_Namespace')).toMatchObject({
      title: 'Destination namespace',
      description: 'Kubernetes namespace of the destination.',
    });
  });

  it('leaves no placeholder in what people read', () => {
    for (const field of FIELDS) {
      expect(`${field.title}${field.description}${field.source}`).not.toMatch(/[{}]/);
    }
  });

  it('writes every field into a line once, what queries read most first', () => {
    expect(LINE_ORDER.slice(0, 2)).toEqual(['Bytes', 'Packets']);
    expect([...LINE_ORDER].sort()).toEqual(FIELDS.map((field) => field.name).sort());
  });

  it('takes labels from the dictionary', () => {
    expect([...DEFAULT_LABELS, ...NETOBSERV_LABELS].every(isFieldName)).toBe(true);
    expect(isFieldName('toString')).toBe(false);
  });
});

describe('names of numbers', () => {
  it.each([
    [443, 6, 'https'],
    [443, 17, 'https'],
    [53, 17, 'dns'],
    [23, 6, 'telnet'],
    [23, 17, undefined],
    [123, 6, undefined],
    [123, undefined, 'ntp'],
    [65000, 6, undefined],
  ])('port %s over protocol %s is %s', (port, proto, name) => {
    expect(portName(port, proto)).toBe(name);
  });

  it('finds the ports of every name it gives, and of aliases, in any case', () => {
    for (const name of portNames()) {
      expect(portsNamed(name.toUpperCase()).length).toBeGreaterThan(0);
    }
    expect(portsNamed('domain')).toEqual([53]);
    expect(portsNamed('http-alt')).toEqual([8008, 8080, 8088]);
    expect(portsNamed('no such service')).toEqual([]);
  });

  it('knows protocols both ways and shows the number of one that has no usual name', () => {
    expect(protocolName(6)).toBe('TCP');
    expect(protocolName(253)).toBe('253');
    expect(protocolNumber('icmpv6')).toBe(58);
    expect(protocolNumber('quic')).toBeUndefined();
  });

  it('names TCP control bits from the lowest', () => {
    expect(tcpFlagNames(0x12)).toEqual(['SYN', 'ACK']);
    expect(tcpFlagNames(0)).toEqual([]);
  });
});
